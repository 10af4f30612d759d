package dev.reins.store.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.Verb;
import dev.reins.contracts.run.RunBookkeeping.Signal;
import dev.reins.store.RunTest;
import dev.reins.store.TestRuns.TestRun;
import dev.reins.store.Together;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** 100 control verbs cross each other, from all doors, while a workflow looks at its controls. */
class CrossingVerbsTest extends RunTest {

    @RepeatedTest(5)
    void leaveEveryReceiptEffectiveOrRefusedAndADefinedState(RepetitionInfo repetition) {
        TestRun run = runs.run("{}");
        lifecycle.adopt(run.execution);
        List<Verb> verbs =
                verbs(new Random(repetition.getCurrentRepetition()), repetition.getCurrentRepetition() % 2 == 0);

        Together.call(Stream.concat(
                        verbs.stream().map(verb -> asking(run, verb)),
                        Stream.generate(() -> looking(run)).limit(10))
                .toList());
        RunStatus status = run.atBoundary().status();

        assertThat(status).isIn(RunStatus.RUNNING, RunStatus.PAUSED, RunStatus.CANCELLING);
        assertThat(run.receipts().stream().filter(receipt -> receipt.endsWith(":open")))
                .allMatch(receipt -> receipt.startsWith("cancel") && status == RunStatus.CANCELLING);
        run.finish(
                status == RunStatus.CANCELLING ? RunStatus.CANCELLED : RunStatus.COMPLETED,
                status == RunStatus.CANCELLING ? StopReason.CANCELLED : StopReason.DONE);
        assertThat(run.receipts()).noneMatch(receipt -> receipt.endsWith(":open"));
    }

    private static List<Verb> verbs(Random random, boolean withCancel) {
        List<Verb> choice =
                withCancel ? List.of(Verb.PAUSE, Verb.RESUME, Verb.CANCEL) : List.of(Verb.PAUSE, Verb.RESUME);
        return IntStream.range(0, 100)
                .mapToObj(i -> i < 80 && withCancel
                        ? choice.get(random.nextInt(2))
                        : choice.get(random.nextInt(choice.size())))
                .toList();
    }

    private static Callable<Boolean> asking(TestRun run, Verb verb) {
        return () -> {
            try {
                run.ask(verb);
                return true;
            } catch (RequestRejected refused) {
                return false;
            }
        };
    }

    private static Callable<Boolean> looking(TestRun run) {
        String id = run.id + "/" + new Random().nextInt();
        return () -> {
            run.withinStep(new Signal(id, "pause", null, null));
            run.atBoundary(new Signal(id + "'", "resume", null, null));
            return true;
        };
    }
}
