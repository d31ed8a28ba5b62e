"""Where everything of a drawing stands, worked out here so that every program draws the same.

A drawing is laid out group by group, the innermost first. `across` runs from neighbour to
neighbour, `along` with the flow of data; `turn.py` makes x and y of them. Siblings stand in rows
by the longest way to them (`ranks.py`), in an order with few crossings (`order.py`), the main path
on one line (`across.py`), skips in lanes beside it (`lanes.py`), rows in columns where they are
many (`columns.py`). What narrows and widens again is a U (`valley.py`).
"""
