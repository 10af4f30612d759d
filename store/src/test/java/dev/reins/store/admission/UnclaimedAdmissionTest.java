package dev.reins.store.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.Category;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.ResolveOutcome;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.Verb;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of an admission before it is claimed: whose request may claim it, how long it lasts, and what ends it. */
class UnclaimedAdmissionTest extends SideBySideTest {

    @Test
    void anAdmissionThatNobodyClaimsForAMinuteIsGivenBackAndAskedForAnew() {
        TestRun run = runs.run(runs.user("pro", 100), "planned", "{\"ratePerMinute\": {\"browser\": 2}}");
        Ask[] asks = browsing(run, 1, 2);
        asks[0].estimate(10);
        asks[1].estimate(10);
        run.admitTogether(asks);
        TestRun other = runs.run(run.user, "planned", "{\"ratePerMinute\": {\"browser\": 2}}");
        assertThat(at(61, other, browsing(other, 1, 2))).isEqualTo(2);

        assertThat(notAdmitted(runs.ahead(Duration.ofSeconds(62), asks[0]::admit))
                        .kind())
                .isEqualTo(Kind.WAITING);
        assertThat(run.column("credits_reserved")).isEqualTo("10");
        assertThat(at(122, run, asks)).isEqualTo(2);

        assertThat(run.column("credits_reserved")).isEqualTo("20");
        assertClaimed(runs.ahead(Duration.ofSeconds(123), asks[0].anotherAttempt()::admit));
        run.finish(RunStatus.FAILED, StopReason.INTERNAL);
        other.finish(RunStatus.FAILED, StopReason.INTERNAL);
    }

    @Test
    void whatIsUnderWayAtAPauseFinishesAndTheOthersAreAskedForAfterIt() {
        TestRun run = runs.run("{}");
        Ask[] asks = priced(run, 1, 3, 10);
        run.admitTogether(asks);
        assertClaimed(asks[0].admit());
        run.ask(Verb.PAUSE);
        assertThat(notAdmitted(asks[1].admit()).kind()).isEqualTo(Kind.HELD);
        run.complete(1, asks[0].token);
        run.atBoundary();
        assertThat(run.column("status || ' ' || credits_reserved")).isEqualTo("paused 20");

        run.ask(Verb.RESUME);
        run.atBoundary();
        assertThat(run.admitTogether(asks[1], asks[2])).isEqualTo(2);
        run.perform(asks[1].anotherAttempt());
        run.perform(asks[2]);
        assertThat(run.decisions()).hasSize(3);
    }

    /** As they are asked for by a worker that does not know their tool: such a call costs nothing and harms nobody. */
    private static Ask[] unknownTool(TestRun run, int from, int to) {
        return run.steps(from, to);
    }

    private static Ask knownTool(TestRun run, int step) {
        return run.step(step).estimate(10).notIdempotent();
    }

    @Test
    void aCallWhoseToolTheAdmittingWorkerDidNotKnowIsAdmittedAnewForTheOneThatDoes() {
        TestRun run = runs.run("{}");
        run.admitTogether(unknownTool(run, 1, 2));
        Ask known = knownTool(run, 1);

        assertClaimed(known.admit());

        assertThat(run.decisions()).hasSize(3);
        assertThat(run.column("credits_reserved")).isEqualTo("10");
        assertThat(notAdmitted(known.anotherAttempt().admit()).kind()).isEqualTo(Kind.UNKNOWN);
    }

    @Test
    void aCallWhoseToolTheClaimingWorkerDoesNotKnowReservesNothing() {
        TestRun run = runs.run("{}");
        run.admitTogether(knownTool(run, 1), knownTool(run, 2));

        assertClaimed(unknownTool(run, 1, 1)[0].admit());

        assertThat(run.column("credits_reserved")).isEqualTo("10");
        assertThat(run.ofStep(1, "idempotent || ' ' || held")).isEqualTo("true 0");
        assertThat(database.jdbc()
                        .sql("select reason from ledger where run_id = :run and type = 'release'")
                        .param("run", run.id.value())
                        .query(String.class)
                        .list())
                .containsExactly("asked for otherwise");
    }

    @Test
    void callsAskedForTogetherByAWorkerThatKnowsMoreAreAdmittedAnew() {
        TestRun run = runs.run("{}");
        run.admitTogether(unknownTool(run, 1, 2));

        assertThat(run.admitTogether(knownTool(run, 1), knownTool(run, 2))).isEqualTo(2);

        assertThat(run.column("credits_reserved")).isEqualTo("20");
        assertThat(run.decisions()).hasSize(4);
        run.perform(knownTool(run, 1));
        run.perform(knownTool(run, 2));
        assertThat(run.decisions()).hasSize(4);
        assertThat(run.column("credits_used || '/' || credits_reserved")).isEqualTo("20/0");
    }

    static Stream<UnaryOperator<Ask>> otherRequests() {
        return Stream.concat(otherHarmlessRequests(), Stream.of(Ask::notIdempotent));
    }

    static Stream<UnaryOperator<Ask>> otherHarmlessRequests() {
        return Stream.of(
                ask -> ask.tool("echo", "another argument"),
                ask -> ask.tool("other", "of step 1"),
                ask -> ask.category(Category.HTTP),
                ask -> ask.estimate(6),
                Ask::repeatable,
                Ask::modelTurn);
    }

    @ParameterizedTest
    @MethodSource("otherRequests")
    void anAdmissionIsClaimedOnlyForTheRequestThatWasAdmitted(UnaryOperator<Ask> otherwise) {
        TestRun run = runs.run("{}");
        run.admitTogether(priced(run, 1, 2, 5));

        assertClaimed(otherwise.apply(run.step(1).estimate(5)).admit());

        assertThat(run.decisions()).hasSize(3);
        assertThat(run.ofStep(1, "claims")).isEqualTo("1");
    }

    @Test
    void whatWasClaimedIsDoubtedByOneWhoMayNotRepeatIt() {
        TestRun run = runs.run("{}");
        assertClaimed(run.step(1).admit());

        assertThat(notAdmitted(run.step(1).notIdempotent().admit()).kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(run.column("pause_reason")).isEqualTo("unknown_outcome");
    }

    @ParameterizedTest
    @MethodSource("otherHarmlessRequests")
    void anAdmissionThatIsClaimedStaysWhateverItIsAskedForAs(UnaryOperator<Ask> otherwise) {
        TestRun run = runs.run("{}");
        Ask[] asks = priced(run, 1, 2, 5);
        run.admitTogether(asks);
        assertClaimed(asks[0].admit());

        assertThat(run.admitTogether(otherwise.apply(run.step(1).estimate(5)), asks[1]))
                .isEqualTo(2);
        assertClaimed(otherwise.apply(run.step(1).estimate(5)).admit());

        assertThat(run.decisions()).hasSize(2);
        assertThat(run.column("credits_reserved")).isEqualTo("10");
        assertThat(run.ofStep(1, "claims")).isEqualTo("2");
    }

    @Test
    void aFailedCallThatTheEngineRetriesKeepsItsAdmissionForGood() {
        TestRun run = runs.run("{}");
        Ask[] asks = priced(run, 1, 2, 10);
        run.admitTogether(asks);
        assertClaimed(asks[0].admit());
        runs.admissions().countFailedCall(run.execution, 1, asks[0].token, "503");

        assertThat(lifecycle.claimed(run.execution, 1).claimed()).isTrue();
        assertThat(at(61, run, run.step(1).estimate(99))).isEqualTo(1);
        assertClaimed(runs.ahead(Duration.ofSeconds(62), run.step(1).estimate(99)::admit));

        assertThat(run.decisions()).hasSize(2);
        assertThat(run.column("credits_reserved")).isEqualTo("20");
    }

    @Test
    void aStepKeepsWhatItWasAskedForAsUntilItIsClaimed() {
        TestRun run = runs.run("{}");
        Ask[] asks = priced(run, 1, 2, 10);
        run.admitTogether(asks);
        assertThat(run.ofStep(1, "length(digest)")).isEqualTo("32");

        asks[0].admit();

        assertThat(run.ofStep(1, "length(digest)")).isEqualTo("0");
        run.finish(RunStatus.CANCELLED, StopReason.CANCELLED);
        assertThat(run.ofStep(2, "length(digest)")).isEqualTo("0");
    }

    @Test
    void whatTheReleaseBeforeAdmittedIsClaimedForItsRequestAndLapsesToo() {
        TestRun run = runs.run("{}");
        run.admitTogether(priced(run, 1, 3, 10));
        database.jdbc()
                .sql("update steps set digest = '' where run_id = :run")
                .param("run", run.id.value())
                .update();

        assertClaimed(run.step(1).estimate(10).admit());
        assertThat(run.decisions()).hasSize(3);
        assertClaimed(run.step(2).estimate(10).notIdempotent().admit());
        assertThat(run.decisions()).hasSize(4);
        assertClaimed(runs.ahead(Duration.ofSeconds(61), run.step(3).estimate(10)::admit));
        assertThat(run.decisions()).hasSize(5);
    }

    @Test
    void whatNobodyClaimedIsReleasedAndCancelledWhenTheRunEnds() {
        TestRun run = runs.run("{}");
        Ask[] asks = Stream.of(priced(run, 1, 3, 10)).map(Ask::notIdempotent).toArray(Ask[]::new);
        run.admitTogether(asks);
        run.perform(asks[1]);

        run.finish(RunStatus.FAILED, StopReason.TOOL_FAILED);

        assertThat(statuses(run)).containsExactly("cancelled", "completed", "cancelled");
        assertThat(run.column("credits_used || '/' || credits_reserved")).isEqualTo("10/0");
    }

    @Test
    void timeWithoutAWorkerIsNotActiveThoughStepsAreAdmitted() {
        TestRun run = runs.run("{}");
        run.admitTogether(run.steps(1, 2));

        assertThat(runs.ahead(Duration.ofSeconds(50), () -> lifecycle.claimed(run.execution, 1))
                        .claimed())
                .isFalse();

        assertThat(Integer.parseInt(run.column("active_us / 1000000"))).isZero();
    }

    @Test
    void afterAResetAnAdmissionLapsesThoughTheStepWasClaimedBefore() {
        TestRun run = runs.run("{}");
        Ask[] asks = priced(run, 1, 2, 10);
        run.admitTogether(asks);
        Stream.of(asks).forEach(ask -> assertClaimed(ask.admit()));
        run.record(1, asks[0].token, StepStatus.FAILED, null);
        run.record(2, asks[1].token, StepStatus.FAILED, null);
        run.finish(RunStatus.FAILED, StopReason.TOOL_FAILED);
        TestRun reset = run.in("reset-of-" + run.id, true);
        Ask[] again = priced(reset, 1, 2, 10);
        assertThat(reset.admitTogether(again)).isEqualTo(2);

        assertThat(lifecycle.claimed(reset.execution, 1).claimed()).isFalse();
        assertClaimed(runs.ahead(Duration.ofSeconds(61), again[0]::admit));
        assertThat(at(61, reset, again)).isEqualTo(2);

        assertThat(run.decisions()).hasSize(6);
        assertThat(lifecycle.claimed(reset.execution, 1).claimed()).isTrue();
        assertThat(run.column("credits_reserved")).isEqualTo("20");
    }

    @Test
    void whatAPersonHasRetriedLapsesToo() {
        TestRun run = runs.run("{}");
        Ask[] asks = priced(run, 1, 2, 10);
        run.admitTogether(asks);
        Stream.of(asks).forEach(ask -> assertClaimed(ask.admit()));
        run.record(1, asks[0].token, StepStatus.FAILED, null);
        run.record(2, asks[1].token, StepStatus.COMPLETED, null);
        lifecycle.pauseFor(run.execution, 1, PauseReason.STEP_FAILED, "failed");
        controls.resolve("retry-" + run.id, run.id, 1, ResolveOutcome.RETRY, null, "someone");
        assertThat(run.admitTogether(asks)).isEqualTo(2);

        assertThat(lifecycle.claimed(run.execution, 1).claimed()).isFalse();
        assertClaimed(runs.ahead(Duration.ofSeconds(61), asks[0].anotherAttempt()::admit));

        assertThat(run.decisions()).hasSize(4);
    }
}
