# The container image: one program on a base that holds a C library and nothing else.
#
#   docker build -t mqtt-mcp .                                     compiles in the build
#   docker build -t mqtt-mcp --build-arg PROGRAM=prebuilt .        takes dist/image/ (deno run -A scripts/compile.ts
#                                                                  --all --profile image), so that a release's image
#                                                                  holds the same bytes as were tested
#   docker build -t mqtt-mcp:dev --target development .            runs from source
#   docker build -t mqtt-mcp:ha --target homeassistant .           the same program as an add-on of Home Assistant
#
# Versions are pinned here and in .dvmrc; Dependabot proposes newer ones. A change of DENO_VERSION goes with one of .dvmrc.
ARG DENO_VERSION=2.9.6
ARG PROGRAM=compiled

# Compiles for the wanted architecture on the builder's own, so that nothing is emulated.
FROM --platform=$BUILDPLATFORM docker.io/denoland/deno:${DENO_VERSION} AS compiled
ARG TARGETARCH
WORKDIR /source
COPY . .
RUN case "$TARGETARCH" in amd64) target=linux-x64 ;; *) target="linux-$TARGETARCH" ;; esac \
  && deno run -A scripts/compile.ts --profile image --target "$target" \
  && mv "dist/image/linux-$TARGETARCH" /root-of-image

FROM scratch AS prebuilt
ARG TARGETARCH
COPY dist/image/linux-${TARGETARCH} /root-of-image

FROM ${PROGRAM} AS program

# Runs from the source that Compose mounts or the build copied; for work on the program.
FROM docker.io/denoland/deno:${DENO_VERSION} AS development
WORKDIR /source
COPY . .
RUN deno cache main.ts \
  && install -d -o 1000 -g 1000 -m 0700 /app/data /app/logs /run/mqtt-mcp \
  && chown -R 1000:1000 /deno-dir
ENV CORE_SOCKET=/run/mqtt-mcp/core.sock WEB_HOST=0.0.0.0
USER 1000:1000
EXPOSE 8091
CMD ["run", "-A", "--no-prompt", "--watch", "main.ts", "--monitor"]

# The add-on of Home Assistant: the same files, which belong to root there, because the options and the data that Home
# Assistant mounts do. The program gives up its rights to files all the same.
FROM gcr.io/distroless/cc-debian12:nonroot AS homeassistant
ARG VERSION=0
LABEL org.opencontainers.image.title="mqtt-mcp for Home Assistant" \
  org.opencontainers.image.source="https://github.com/bitsperity/mqtt-mcp" \
  org.opencontainers.image.licenses="MIT" \
  io.hass.type="addon" \
  io.hass.arch="amd64|aarch64" \
  io.hass.version="${VERSION}"
COPY --from=program --chown=0:0 /root-of-image/ /
# as in the other image, below
ENV MALLOC_MMAP_THRESHOLD_=131072 DENO_USR2_MEMORY_TRIM=1
ENV CORE_SOCKET=/run/mqtt-mcp/core.sock WEB_HOST=0.0.0.0 DATA_DIR=/app/data
USER 0:0
EXPOSE 8091
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s --retries=3 CMD ["/mqtt-mcp", "--healthcheck"]
ENTRYPOINT ["/mqtt-mcp"]
CMD ["--home-assistant"]

FROM gcr.io/distroless/cc-debian12:nonroot AS image
LABEL org.opencontainers.image.title="mqtt-mcp" \
  org.opencontainers.image.description="Lets AI assistants work with MQTT brokers over the Model Context Protocol" \
  org.opencontainers.image.source="https://github.com/bitsperity/mqtt-mcp" \
  org.opencontainers.image.documentation="https://github.com/bitsperity/mqtt-mcp#readme" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.vendor="Bitsperity" \
  io.modelcontextprotocol.server.name="io.github.bitsperity/mqtt-mcp"
# The program, and the directories it may write to: /app/data, /app/logs, /run/mqtt-mcp. A read-only root needs volumes or
# a tmpfs for these three, owned by the user below.
COPY --from=program --chown=1000:1000 /root-of-image/ /
# glibc would otherwise keep freed payloads of 128 KiB to 32 MiB for itself, and with the second the program has it give the
# smaller ones back
ENV MALLOC_MMAP_THRESHOLD_=131072 DENO_USR2_MEMORY_TRIM=1
# A process in the container that attaches (docker exec -i) finds the core here, without any setting.
ENV CORE_SOCKET=/run/mqtt-mcp/core.sock WEB_HOST=0.0.0.0
USER 1000:1000
EXPOSE 8091
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s --retries=3 CMD ["/mqtt-mcp", "--healthcheck"]
ENTRYPOINT ["/mqtt-mcp"]
CMD ["--monitor"]
