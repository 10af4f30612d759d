package dev.reins.standalone;

import static dev.reins.standalone.LiveRun.text;
import static dev.reins.standalone.Plans.echo;
import static dev.reins.standalone.Plans.plan;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A run that cannot begin although everything is there. */
class BrokenRowIT {
    private static final Stack STACK = Stack.shared();

    @Test
    void aRunThatCannotBeginFailsAndItsRowSaysSo() {
        LiveRun run;
        signalWorkers("STOP");
        try {
            run = LiveRun.start(STACK, STACK.user(), plan(echo("never")));
            STACK.sql("update runs set limits = '\"broken\"' where id = ?", run.id());
        } finally {
            signalWorkers("CONT");
        }

        // It is tried for a minute; whoever repairs the row in that time saves the run.
        JsonNode row = run.await(now -> text(now, "status").equals("failed"), Duration.ofMinutes(3));

        assertThat(text(row, "stopReason")).isEqualTo("internal");
        assertThat(text(row, "errorMessage"))
                .isEqualTo("The workflow failed in Temporal: The run cannot begin: a defect, or data that is broken,"
                        + " keeps it from being written down");
        assertThat(run.toolCalls()).isEmpty();
    }

    private static void signalWorkers(String signal) {
        for (long pid : STACK.endpoints().pids().workers()) {
            assertThat(Stack.CommandResult.of(List.of("kill", "-" + signal, Long.toString(pid)))
                            .status())
                    .isZero();
        }
    }
}
