package dev.reins.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;

class IncidentReportsTest {
    private static final Logger LOG = LoggerFactory.getLogger(IncidentReportsTest.class);
    private static final String SECRET = "sk-a-secret-that-an-exception-quotes";

    private final SentryReceiver sentry = new SentryReceiver();
    private final IncidentReports reports =
            new IncidentReports(new OperationsSettings("127.0.0.1", 0, sentry.dsn(), "test"), new Version("1.2.3"));

    @BeforeEach
    void start() {
        reports.afterPropertiesSet();
    }

    @AfterEach
    void stop() {
        reports.destroy();
        sentry.close();
    }

    private JsonNode onlyEvent() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(sentry::events, events -> events.size() == 1)
                .getFirst();
    }

    @Test
    void reportsAnErrorWithWhereItCameFromAndNothingOfWhatItSays() {
        MDC.put("runId", "run-7");
        LOG.error("A call with {} failed", SECRET, new IllegalStateException(SECRET, new RuntimeException(SECRET)));
        MDC.clear();

        JsonNode event = onlyEvent();
        assertThat(event.toString()).doesNotContain(SECRET);
        assertThat(event.path("level").asString()).isEqualTo("error");
        assertThat(event.path("release").asString()).isEqualTo("1.2.3");
        assertThat(event.path("message").path("message").asString("")).isEqualTo("A call with {} failed");
        assertThat(event.path("tags").path("runId").asString()).isEqualTo("run-7");
        assertThat(event.path("exception").path("values").toString())
                .contains("IllegalStateException", "reportsAnErrorWithWhereItCameFrom");
    }

    @Test
    void saysOfALibrarysErrorWhoseItIsAndNothingOfWhatItSays() {
        LoggerFactory.getLogger("org.apache.catalina.Some").error("The path " + SECRET + " failed");

        JsonNode event = onlyEvent();
        assertThat(event.toString()).doesNotContain(SECRET);
        assertThat(event.path("message").path("message").asString(""))
                .isEqualTo("An error of org.apache.catalina.Some");
    }

    @Test
    void reportsAWarningOnlyIfItIsAnIncident() {
        LOG.warn("Nobody need get up for this");
        LOG.warn(Incidents.INCIDENT, "Somebody should look at this");

        JsonNode event = onlyEvent();
        assertThat(event.path("level").asString()).isEqualTo("warning");
        assertThat(event.path("message").path("message").asString("")).isEqualTo("Somebody should look at this");
    }
}
