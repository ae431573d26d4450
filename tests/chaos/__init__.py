"""The fault campaign: everything fails at random, and every grade must arrive all the same."""
