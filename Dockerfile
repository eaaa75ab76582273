# The container images of docker-compose.yml. To build them by hand:
#   docker build --target sidecar -t icewarp-sidecar .
#   docker build --target keycloak -t icewarp-sidecar-keycloak .

# The full image has what compiles SQLite's driver where there is no ready-made one; the last stage, of the same Debian, has not.
FROM node:24.21.0-bookworm AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY packaging ./packaging
COPY sidecar ./sidecar
COPY plugin ./plugin
RUN node packaging/build-package.ts
# The image has its own Node.js: the one that npm brought along is left out.
RUN npm prune --omit=dev --no-audit --no-fund && rm -rf node_modules/node node_modules/node-bin-* node_modules/.bin

FROM quay.io/keycloak/keycloak:26.7.4 AS keycloak
# Settings of Keycloak's own build: with them it starts faster, and on a file system that it cannot write to.
ENV KC_DB=postgres KC_HEALTH_ENABLED=true KC_METRICS_ENABLED=true
RUN /opt/keycloak/bin/kc.sh build

FROM node:24.21.0-bookworm-slim AS sidecar
ENV NODE_ENV=production
WORKDIR /opt/icewarp-sidecar
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE ./
COPY packaging/health-check.js ./packaging/health-check.js
RUN mkdir -p /var/lib/icewarp-sidecar && chown 1000:1000 /var/lib/icewarp-sidecar && chmod 700 /var/lib/icewarp-sidecar
# By number, so that an orchestrator sees that it is not root.
USER 1000:1000
WORKDIR /var/lib/icewarp-sidecar
VOLUME /var/lib/icewarp-sidecar
EXPOSE 8080 10389 10636
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["node", "/opt/icewarp-sidecar/packaging/health-check.js"]
ENTRYPOINT ["node", "/opt/icewarp-sidecar/dist/sidecar/main.js"]
CMD ["serve"]
