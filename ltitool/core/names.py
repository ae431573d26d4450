"""The names people have in a talk: an alias for each person, a colour for each group."""

from collections.abc import Container
from random import Random

ALIASES = (
    "Alder Anise Aspen Auk Avocet Badger Barley Beech Birch Bittern Bracken Bramble Brook Bunting Burnet "
    "Campion Cedar Chervil Chestnut Clover Comfrey Coot Crane Curlew Cypress Damson Dipper Dotterel Dove "
    "Dunlin Egret Eider Elder Elm Fennel Fern Finch Flax Flint Fulmar Gannet Gorse Goshawk Granite Grebe "
    "Greylag Harebell Harrier Hawthorn Hazel Heather Heron Hobby Holly Hyssop Ibis Iris Ivy Jackdaw Jasmine "
    "Juniper Kestrel Kite Knot Lapwing Larch Lark Laurel Lichen Linden Linnet Lovage Lupin Magpie Mallow "
    "Maple Marram Marten Martin Medlar Merlin Mint Moss Myrtle Nettle Nutmeg Oak Olive Osprey Otter Ouzel "
    "Oxlip Pebble Petrel Pine Pipit Plover Poplar Poppy Primrose Puffin Quail Quartz Quince Raven Redwing "
    "Reed Robin Rook Rowan Rush Saffron Sage Sallow Samphire Sedge Shale Shrike Siskin Skylark Slate "
    "Snipe Sorrel Spruce Starling Stork Swallow Swift Tansy Teal Tern Thistle Thrift Thrush Thyme Tulip "
    "Vervain Violet Wagtail Walnut Warbler Whimbrel Wigeon Willow Wren Yarrow Yew"
).split()
COLOURS = (
    "Amber Azure Bronze Cobalt Copper Coral Crimson Cyan Ebony Emerald Fawn Garnet Gold Indigo Ivory Jade "
    "Lilac Lime Maroon Mauve Navy Ochre Opal Pearl Plum Rose Ruby Russet Sand Scarlet Sepia Silver Teal "
    "Topaz Turquoise Umber Violet White"
).split()
CROWDED = 0.6
"""Above this share of single names in use, two are joined."""


def draw_alias(taken: Container[str], count: int, chance: Random) -> str:
    """Return a name nobody here has yet, drawn at random and never by the order of joining.

    `count` is how many are taken.
    """
    return _draw(ALIASES, taken, count, chance)


def draw_group_name(taken: Container[str], count: int, chance: Random) -> str:
    """Return a colour that no group here has yet; two of them when one is not enough."""
    return _draw(COLOURS, taken, count, chance)


def _draw(names: list[str], taken: Container[str], count: int, chance: Random) -> str:
    parts = 1
    while count > CROWDED * len(names) ** parts:
        parts += 1
    while True:
        name = " ".join(chance.choice(names) for _ in range(parts))
        if name not in taken:
            return name
