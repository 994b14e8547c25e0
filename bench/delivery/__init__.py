"""The proof that no nudge is lost and none comes twice: `make prove-delivery` writes `docs/delivery.md`.

Five scenarios on both databases, each with goals that a figure meets or misses. The engine is the real one (planner,
ledger, outbox, dispatcher, carrier); only the words of a message are a placeholder, because what a nudge says has its
own tests. 1 and 3 talk over real sockets through both real adapters; 2, 4 and 5 go through the `Adapter` port.
"""
