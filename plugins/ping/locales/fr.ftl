summary = Dit que le bot est en vie et à quelle vitesse il répond.

ping-description = Vérifier que le bot est en vie et à quelle vitesse il répond.

pong = Pong ! Discord répond en { NUMBER($gateway, minimumFractionDigits: 2) } ms, et { NUMBER($inside, minimumFractionDigits: 2) } ms se sont écoulées dans Lumina.
# Discord has not answered a heartbeat yet.
pong-unmeasured = Pong ! Le chemin vers Discord n’est pas encore mesuré, et { NUMBER($inside, minimumFractionDigits: 2) } ms se sont écoulées dans Lumina.
