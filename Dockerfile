# syntax=docker/dockerfile:1
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Their scripts would fetch what only development needs.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The bundle holds all that a server needs.
RUN node scripts/build.ts && find dist -name "*.map" -delete && mkdir data

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=5000 IMMERSION_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json /app/oclif.manifest.json /app/LICENSE ./
COPY --from=build /app/bin/run.js ./bin/run.js
COPY --from=build /app/dist ./dist
COPY --from=build --chown=1000:1000 /app/data /data
# The user “node” of the image, as a number: so that orchestrators can see that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 5000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/run.js"]
CMD ["serve", "--behind-proxy"]
