# Lumina with its plugins. Built in one stage, run in another that holds nothing else.
# docs/operating.md tells how it is used.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo xtask dist \
    && install --directory /lumina \
    && tar -xzf target/dist/lumina-*.tar.gz -C /lumina --strip-components 1

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Lumina" \
      org.opencontainers.image.description="A Discord bot about films and shows whose features are plugins" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
# /data is all that must survive. /plugins is for plugins of your own; of two of a name the one there counts.
RUN groupadd --system --gid 10001 lumina \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /data lumina \
    && install --directory --owner 10001 --group 10001 --mode 0700 /data \
    && install --directory /plugins
COPY --from=build /lumina/ /opt/lumina/
ENV DATA_DIR=/data PLUGIN_DIR=/plugins:/opt/lumina/plugins
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["/opt/lumina/lumina", "health"]
ENTRYPOINT ["/opt/lumina/lumina"]
CMD ["run"]
