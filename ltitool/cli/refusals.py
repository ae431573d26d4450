"""What stands behind a refused launch, for whoever looks after the platform."""

REASONS = {
    "TOKEN": "What it sent as id_token cannot be read.",
    "ALGORITHM": "It signs by another algorithm than RS256.",
    "KEY-ID": "It did not say which key it signed with (kid).",
    "KEY-SET": "Its public key set could not be fetched: check the address, and that it answers.",
    "KEY-UNKNOWN": "It signed with a key that its public key set does not hold: check the address.",
    "SIGNATURE": "The signature does not fit the key it publishes: check the key set address.",
    "TIMES": "The token does not say when it was made and when it ends (iat, exp).",
    "EXPIRED": "The token was too old when it came: compare the clocks of both machines.",
    "CLOCK": "The token comes from the future: compare the clocks of both machines.",
    "OLD": "The token was made more than an hour before it came.",
    "ISSUER": "It calls itself by another issuer than the one registered here.",
    "AUDIENCE": "The launch was made for another client id than the one registered here.",
    "PARTY": "The launch names another tool as the one that is meant (azp).",
    "NONCE": "The token does not answer the login that was begun here.",
    "VERSION": "It speaks another version than LTI 1.3.0.",
    "MESSAGE-TYPE": "The tool does not answer that type of message.",
    "MESSAGE": "The launch is not complete.",
    "ROLES": "It did not say in which roles the person comes.",
    "DEPLOYMENT": "It did not name its deployment of the tool.",
    "DEPLOYMENT-PENDING": "The deployment waits for approval: ltitool deployments list",
    "RESOURCE-LINK": "It did not say which link was opened.",
    "ANONYMOUS": "It did not say who the person is (sub).",
    "TARGET": "The target link URI of the link is not the address of this tool.",
    "USED": "Somebody reloaded a launch, or went back to it; each can be used once.",
}
"""One sentence for each check of a launch, by the code that the person was shown."""
