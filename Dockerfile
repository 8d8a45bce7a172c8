# One image for sandbox, worker and API: the command says which (see docker-compose.temporal.yml).
# For a release, pin the base by digest: node:24.20.0-bookworm-slim@sha256:… from `docker buildx imagetools inspect`.
FROM node:24.20.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24.20.0-bookworm-slim
# certificates for a worker's TLS to an outside Temporal server; what Node calls is checked by its own list
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
# glibc's heaps: one for each thread keeps 60 MB more in a worker (docs/performance.md)
ENV NODE_ENV=production DATA_DIR=/data CACHE_DIR=/tmp/cache MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY . .
# the only places that are written to, besides /tmp: the rest may be mounted read-only
RUN mkdir --mode=700 /data /keys /channels /reports && chown node:node /data /keys /channels /reports
VOLUME /data
USER node
EXPOSE 3000
# a worker's with WORKER_HEALTH_PORT, else the API's
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.WORKER_HEALTH_PORT || process.env.API_PORT || 3000) + '/readyz').then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--require", "./runtime/typescript.cjs", "api/main.ts"]
