# syntax=docker/dockerfile:1
# The images of api and worker:
#   docker build --target api -t reins-api .
#   docker build --target worker -t reins-worker .
# With --build-arg REINS_COMMIT=$(git rev-parse HEAD) they can tell the commit that they were made from.
# docs/decisions/0017-images.md has the figures behind the JVM's options.

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
ARG REINS_COMMIT=""
RUN [ -z "$REINS_COMMIT" ] || printf 'git.commit.id.full=%s\ngit.commit.id.abbrev=%.7s\n' "$REINS_COMMIT" "$REINS_COMMIT" >operations/src/main/resources/git.properties
RUN --mount=type=cache,target=/root/.m2 \
    mvn -q -B package -pl api,worker -am -DskipTests -Dspotless.check.skip=true
# Libraries, which change rarely, apart from our own classes, which change with every build.
RUN for module in api worker; do \
      java -Djarmode=tools -jar $module/target/$module-*-boot.jar extract --layers --destination /layers/$module --application-filename app.jar \
      || exit 1; \
    done

FROM eclipse-temurin:25-jre AS runtime
RUN groupadd --system --gid 10001 reins && useradd --system --uid 10001 --gid reins --no-create-home reins
WORKDIR /app
# The heap gets half of the container's memory: the other half is classes, compiled code, threads and network buffers.
ENV JDK_JAVA_OPTIONS="-XX:+UseSerialGC -XX:MaxRAMPercentage=50 -Xss512k -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

FROM runtime AS api
COPY --from=build /layers/api/dependencies/ ./
COPY --from=build /layers/api/spring-boot-loader/ ./
COPY --from=build /layers/api/snapshot-dependencies/ ./
COPY --from=build /layers/api/application/ ./
# A training run: it starts without PostgreSQL and Temporal and ends when everything is wired. Its heap is not half of what the
# builder has, which may be more than a container is given.
RUN java -Xmx256m -XX:AOTCacheOutput=app.aot -Dspring.context.exit=onRefresh -jar app.jar
USER reins
ENV REINS_API_HOST=0.0.0.0
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --start-interval=1s --retries=6 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${REINS_MANAGEMENT_PORT:-8081} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r -t 4 -u 3 _ status _ && [ \"$status\" = 200 ]"]
ENTRYPOINT ["java", "-XX:AOTCache=app.aot", "-jar", "app.jar"]

FROM runtime AS worker
COPY --from=build /layers/worker/dependencies/ ./
COPY --from=build /layers/worker/spring-boot-loader/ ./
COPY --from=build /layers/worker/snapshot-dependencies/ ./
COPY --from=build /layers/worker/application/ ./
RUN java -Xmx256m -XX:AOTCacheOutput=app.aot -Dspring.context.exit=onRefresh -jar app.jar
USER reins
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --start-interval=1s --retries=6 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${REINS_MANAGEMENT_PORT:-8082} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r -t 4 -u 3 _ status _ && [ \"$status\" = 200 ]"]
ENTRYPOINT ["java", "-XX:AOTCache=app.aot", "-jar", "app.jar"]
