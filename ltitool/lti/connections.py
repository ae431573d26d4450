"""Connections to platforms: to public addresses only, to the very one that was checked, in time."""

import socket
import threading
from contextlib import suppress
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

NAT64 = IPv6Network("64:ff9b::/96")


def is_private(address: str) -> bool:
    """Whether an IP address is not one of the public internet."""
    parsed = ip_address(address.partition("%")[0])
    meant = _carried(parsed) if isinstance(parsed, IPv6Address) else parsed
    return not meant.is_global or meant.is_multicast


def _carried(address: IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address stands for, by any of the usual ways."""
    packed = int(address)
    if address in NAT64 or packed >> 32 == 0:
        return IPv4Address(packed & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


class GuardedAdapter(HTTPAdapter):
    """Connects to the very address that was checked, so that a second look-up cannot change it."""

    def __init__(self, *, allow_private_hosts: bool) -> None:
        self._allow = allow_private_hosts
        super().__init__(pool_connections=20, pool_maxsize=20, max_retries=0)

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        """Make the pools, whose connections look at the address they connect to."""
        del args, kwargs
        manager = PoolManager(num_pools=20, maxsize=20)
        pools = (_NearHttp, _NearHttps) if self._allow else (_PublicHttp, _PublicHttps)
        manager.pool_classes_by_scheme = dict(zip(("http", "https"), pools, strict=True))
        self.poolmanager = manager


def _connect_publicly(connection: HTTPConnection) -> socket.socket:
    host = connection.host.strip("[]")
    try:
        found = socket.getaddrinfo(host, connection.port, type=socket.SOCK_STREAM)
    except OSError as unknown:
        raise NewConnectionError(connection, f"{host} is not known") from unknown
    public = [str(entry[4][0]) for entry in found if not is_private(str(entry[4][0]))]
    if not public:
        raise NewConnectionError(connection, f"{host} is a private address")
    timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
    for address in public[:-1]:
        with suppress(OSError):  # such as the IPv6 address of a host, seen from an IPv4 network
            return socket.create_connection((address, connection.port), timeout)
    return socket.create_connection((public[-1], connection.port), timeout)


def _connect_nearby(connection: HTTPConnection) -> socket.socket | None:
    """Connect to a name of this very machine, which not every system looks up (RFC 6761, 6.3)."""
    if not connection.host.rstrip(".").endswith(".localhost"):
        return None
    timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
    try:
        return socket.create_connection(("127.0.0.1", connection.port), timeout)
    except OSError as closed:
        raise NewConnectionError(connection, f"{connection.host} is closed") from closed


class _Punctual(HTTPConnection):
    """Hangs up on a platform whose head of an answer goes on and on; each letter would renew it."""

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 does
        """Return the answer once its head is here; raises TimeoutError when that takes too long."""
        is_late = threading.Event()
        timer = threading.Timer(float(self.timeout or 0), self._hang_up, (is_late,))
        timer.daemon = True
        timer.start()
        try:
            answer = super().getresponse()
        except (OSError, HTTPException) as ended:
            if is_late.is_set():
                raise TimeoutError from ended
            raise
        finally:
            timer.cancel()
        if is_late.is_set():  # the part of a head that had come could be read
            answer.close()
            raise TimeoutError
        return answer

    def _hang_up(self, is_late: threading.Event) -> None:
        is_late.set()
        if self.sock is not None:
            with suppress(OSError):  # it has ended by itself
                self.sock.shutdown(socket.SHUT_RDWR)


class _NearHttpConnection(_Punctual):
    def _new_conn(self) -> socket.socket:
        return _connect_nearby(self) or super()._new_conn()


class _NearHttpsConnection(_Punctual, HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect_nearby(self) or super()._new_conn()


class _NearHttp(HTTPConnectionPool):
    ConnectionCls = _NearHttpConnection


class _NearHttps(HTTPSConnectionPool):
    ConnectionCls = _NearHttpsConnection


class _PublicHttpConnection(_Punctual):
    def _new_conn(self) -> socket.socket:
        return _connect_publicly(self)


class _PublicHttpsConnection(_Punctual, HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect_publicly(self)


class _PublicHttp(HTTPConnectionPool):
    ConnectionCls = _PublicHttpConnection


class _PublicHttps(HTTPSConnectionPool):
    ConnectionCls = _PublicHttpsConnection
