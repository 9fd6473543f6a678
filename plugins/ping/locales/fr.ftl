summary = Dit que le bot est en vie et à quelle vitesse il répond.

ping-description = Vérifier que le bot est en vie et à quelle vitesse il répond.

pong = Pong ! Discord répond en { $gateway } ms, et { $inside } ms se sont écoulées dans Lumina.
# Discord has not answered a heartbeat yet.
pong-unmeasured = Pong ! Le chemin vers Discord n’est pas encore mesuré, et { $inside } ms se sont écoulées dans Lumina.
