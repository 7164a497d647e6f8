# The service as an image: the program as it is packed, in few files, since whoever starts a container waits for each that is opened.
#
# Both base images are pinned by digest, and the digests are arguments without a default: a build says which ones it means,
# and none is guessed here. Look them up where your registry is reachable, and keep them with your deployment:
#
#   docker buildx imagetools inspect node:24-bookworm-slim --format '{{.Manifest.Digest}}'
#   docker buildx imagetools inspect gcr.io/distroless/nodejs24-debian12:nonroot --format '{{.Manifest.Digest}}'
#   docker build --build-arg BUILD_DIGEST=sha256:… --build-arg RUNTIME_DIGEST=sha256:… --tag teken .
ARG BUILD_DIGEST
ARG RUNTIME_DIGEST

FROM node:24-bookworm-slim@${BUILD_DIGEST} AS dependencies
WORKDIR /teken
COPY package.json package-lock.json ./
# No install scripts: none is needed to run, and each would be foreign code at build time.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY src ./src
RUN npm run --silent bundle && npm prune --omit=dev --ignore-scripts --no-audit --no-fund
# What no process here ever opens: source maps, and of pdf.js what is for other programs than a browser of today.
RUN find node_modules -name '*.map' -delete && cd node_modules && rm -r @napi-rs pdfjs-dist/legacy pdfjs-dist/image_decoders pdfjs-dist/types pdfjs-dist/web

FROM gcr.io/distroless/nodejs24-debian12:nonroot@${RUNTIME_DIGEST}
WORKDIR /teken
COPY --from=dependencies /teken/node_modules ./node_modules
COPY package.json openapi.yaml openapi-bsre.yaml LICENSE NOTICE ./
COPY --from=dependencies /teken/dist ./dist
ENV NODE_ENV=production TEKEN_ENV=production TEKEN_PORT=8080
EXPOSE 8080
# The base image's "nonroot", as a number so that Kubernetes can see that it is not root.
USER 65532
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s CMD ["/nodejs/bin/node", "--eval", "fetch(`http://127.0.0.1:${process.env.TEKEN_PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Room for the short-lived objects of many letters at once: what outlives a small nursery is moved about for nothing.
ENTRYPOINT ["/nodejs/bin/node", "--disable-proto=delete", "--max-semi-space-size=32"]
CMD ["dist/cli/main.js", "serve"]
