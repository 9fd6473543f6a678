summary = Tells that the bot is alive and how fast it is.

ping-description = Check that the bot is alive and how fast it is.

pong = Pong! Discord answers in { NUMBER($gateway, minimumFractionDigits: 2) } ms, and { NUMBER($inside, minimumFractionDigits: 2) } ms passed inside Lumina.
# Discord has not answered a heartbeat yet.
pong-unmeasured = Pong! The way to Discord is not measured yet, and { NUMBER($inside, minimumFractionDigits: 2) } ms passed inside Lumina.
