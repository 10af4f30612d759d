package dev.reins.operations;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.reins.contracts.Category;
import dev.reins.contracts.Lane;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.step.Execution;
import dev.reins.store.admission.StepOutcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Runs of one user have their calls made by the thread of one of them. */
class RunMetersTest {
    private static final RunId OTHER = new RunId("other");
    private static final Map<String, String> OWN = Map.of("runId", "own", "stepNumber", "212", "WorkflowId", "own");

    private final Logger log = (Logger) LoggerFactory.getLogger("dev.reins.run");
    private final Contexts said = new Contexts();
    private final RunMeters meters = new RunMeters(new SimpleMeterRegistry());

    @BeforeEach
    void listen() {
        MDC.setContextMap(OWN);
        said.start();
        log.addAppender(said);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(said);
        MDC.clear();
    }

    @Test
    void namesTheStepThatItTellsOfNotTheOneWhoseThreadItIs() {
        var outcome = new StepOutcome(
                new Execution(OTHER, "execution", false, null),
                7,
                UUID.randomUUID(),
                StepStatus.TIMED_OUT,
                null,
                "took too long",
                null,
                0,
                0,
                List.of(),
                Lane.ACTIVITY);

        meters.recorded(outcome, Category.DEFAULT, Duration.ofSeconds(1));

        assertThat(said.told).containsExactly(Map.of("runId", "other", "stepNumber", "7"));
        assertThat(MDC.getCopyOfContextMap()).isEqualTo(OWN);
    }

    @Test
    void namesNoStepWhereItTellsOfARun() {
        meters.finished(OTHER, RunStatus.FAILED, StopReason.TIMEOUT);

        assertThat(said.told).containsExactly(Map.of("runId", "other"));
        assertThat(MDC.getCopyOfContextMap()).isEqualTo(OWN);
    }

    /** Logback looks at a line's context when it is first asked for, so it is asked for at once. */
    private static final class Contexts extends AppenderBase<ILoggingEvent> {
        private final List<Map<String, String>> told = new ArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            told.add(Map.copyOf(event.getMDCPropertyMap()));
        }
    }
}
