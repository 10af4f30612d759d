package dev.reins.store.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.PauseReason;
import dev.reins.contracts.ResolveOutcome;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.Verb;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import dev.reins.store.Together;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What one admission of many grants: steps in their order and in one transaction. */
class AdmittedTogetherTest extends SideBySideTest {

    @Test
    void theyAreAdmittedInTheirOrderInOneTransaction() {
        TestRun run = runs.run("{}");

        assertThat(run.admitTogether(priced(run, 1, 4, 10))).isEqualTo(4);

        assertThat(statuses(run)).containsExactly("running", "running", "running", "running");
        assertThat(run.column("step_count || ' ' || credits_reserved")).isEqualTo("4 40");
        assertThat(run.events())
                .endsWith("run.started", "step.started", "step.started", "step.started", "step.started");
        assertThat(run.decisions()).containsExactly("admitted", "admitted", "admitted", "admitted");
        assertThat(database.jdbc()
                        .sql(
                                "select count(distinct xmin::text) || ' ' || count(distinct started_at) from steps where run_id = :run")
                        .param("run", run.id.value())
                        .query(String.class)
                        .single())
                .isEqualTo("1 1");
    }

    @Test
    void eachIsClaimedByOneAttemptAndAdmittedOnce() {
        TestRun run = runs.run("{}");
        Ask[] asks = priced(run, 1, 3, 10);
        run.admitTogether(asks);
        assertThat(run.ofStep(2, "claims || ' ' || (claim_token is null)")).isEqualTo("0 true");

        Stream.of(asks).forEach(run::perform);

        assertThat(statuses(run)).containsExactly("completed", "completed", "completed");
        assertThat(run.decisions()).hasSize(3);
        assertThat(run.ofStep(2, "claims")).isEqualTo("1");
        assertThat(run.column("credits_used || '/' || credits_reserved")).isEqualTo("30/0");
    }

    @Test
    void askedAgainTheyAreAdmittedOnceWhateverHasBecomeOfThem() {
        TestRun run = runs.run("{}");
        Ask[] asks = priced(run, 1, 4, 10);
        run.admitTogether(asks);
        run.perform(asks[0]);
        assertClaimed(asks[1].admit());
        assertClaimed(asks[2].admit());
        run.record(3, asks[2].token, StepStatus.FAILED, null);

        assertThat(run.admitTogether(asks)).isEqualTo(4);

        assertThat(statuses(run)).containsExactly("completed", "running", "failed", "running");
        assertThat(run.decisions()).hasSize(4);
        assertThat(run.column("credits_used || '/' || credits_reserved")).isEqualTo("10/20");
        assertThat(run.complete(2, asks[1].token)).isInstanceOf(Recording.Recorded.class);
    }

    @Test
    void askedForAtTheSameMomentTheyAreAdmittedOnce() {
        TestRun run = runs.run("{}");
        List<Callable<Integer>> calls = Stream.generate(
                        () -> (Callable<Integer>) () -> run.admitTogether(priced(run, 1, 5, 10)))
                .limit(8)
                .toList();

        assertThat(Together.call(calls)).containsOnly(5);

        assertThat(run.decisions()).hasSize(5);
        assertThat(run.column("credits_reserved")).isEqualTo("50");
    }

    @Test
    void noMoreIsReservedThanTheBalanceCoversAndWhatIsNotPausesOnceItIsAskedForByItself() {
        TestRun run = runs.run(runs.user("pro", 25), "planned", "{}");
        Ask[] asks = priced(run, 1, 4, 10);

        assertThat(run.admitTogether(asks)).isEqualTo(2);

        assertThat(run.status()).isEqualTo("running");
        assertThat(run.column("step_count || ' ' || credits_reserved")).isEqualTo("2 20");
        assertThat(run.decisions()).containsExactly("admitted", "admitted");
        run.perform(asks[0]);
        run.perform(asks[1]);
        assertThat(notAdmitted(asks[2].admit()).pauseReason()).isEqualTo(PauseReason.INSUFFICIENT_CREDITS);
        assertThat(run.decisions()).containsExactly("admitted", "admitted", "balance:paused");
    }

    @Test
    void manyRunsNeverReserveMoreThanTheirUserHas() {
        String user = runs.user("unlimited", 370);
        List<TestRun> all = IntStream.range(0, 20)
                .mapToObj(i -> runs.run(user, "planned", "{\"ratePerMinute\": {}}"))
                .toList();

        List<Integer> admitted = Together.call(all.stream()
                .<Callable<Integer>>map(run -> () -> run.admitTogether(priced(run, 1, 5, 10)))
                .toList());

        assertThat(admitted.stream().mapToInt(Integer::intValue).sum()).isEqualTo(37);
    }

    @Test
    void theRunsOwnCostLimitHoldsForAllOfThemTogether() {
        TestRun run = runs.run("{\"maxCredits\": 35}");
        assertThat(run.admitTogether(priced(run, 1, 5, 10))).isEqualTo(3);
        assertThat(run.column("status || ' ' || credits_reserved")).isEqualTo("running 30");
    }

    @Test
    void theStepLimitHoldsForAllOfThemTogether() {
        TestRun run = runs.run("{\"maxSteps\": 2}");
        assertThat(run.admitTogether(run.steps(1, 5))).isEqualTo(2);
        assertThat(run.column("status || ' ' || step_count")).isEqualTo("running 2");
    }

    @Test
    void theRateWindowAdmitsSoManyOfThemAndTheNextWaitsByItself() {
        TestRun run = runs.run(runs.user("pro", 0), "planned", "{\"ratePerMinute\": {\"browser\": 3}}");
        Ask[] asks = browsing(run, 1, 5);

        assertThat(at(0, run, asks)).isEqualTo(3);
        assertThat(run.column("coalesce(waiting_for, 'nothing')")).isEqualTo("nothing");
        Stream.of(asks).limit(3).forEach(run::perform);
        assertThat(notAdmitted(runs.ahead(Duration.ofSeconds(1), asks[3]::admit))
                        .kind())
                .isEqualTo(Kind.WAITING);

        assertThat(at(59, run, asks[3], asks[4])).isZero();
        assertThat(at(61, run, asks[3], asks[4])).isEqualTo(2);
        assertThat(run.column("coalesce(waiting_for, 'nothing')")).isEqualTo("nothing");
        run.finish(RunStatus.FAILED, StopReason.INTERNAL);
    }

    @Test
    void theyGoBehindThoseWhoWaitAlready() {
        String user = runs.user("pro", 0);
        TestRun first = runs.run(user, "planned", "{\"ratePerMinute\": {\"browser\": 2}}");
        first.perform(browsing(first, 1, 1)[0]);
        first.perform(browsing(first, 2, 2)[0]);
        Ask waits = browsing(first, 3, 3)[0];
        runs.ahead(Duration.ofSeconds(30), waits::admit);
        TestRun second = runs.run(user, "planned", "{\"ratePerMinute\": {\"browser\": 2}}");

        assertThat(at(60.5, second, browsing(second, 1, 2))).isEqualTo(1);

        assertClaimed(runs.ahead(Duration.ofSeconds(61), waits::admit));
        first.finish(RunStatus.FAILED, StopReason.INTERNAL);
        second.finish(RunStatus.FAILED, StopReason.INTERNAL);
    }

    @Test
    void whatAModelAsksForIsRefusedAmongThemAndTheOthersAreAdmitted() {
        TestRun run = runs.run(runs.user("pro", 100_000), "agentic", "{\"maxCreditsPerStep\": 5}");
        Ask[] asks = run.steps(1, 4);
        asks[1].estimate(10);

        assertThat(run.admitTogether(asks)).isEqualTo(4);

        assertThat(statuses(run)).containsExactly("running", "refused", "running", "running");
        assertThat(run.column("step_count")).isEqualTo("4");
        assertThat(notAdmitted(asks[1].admit()).kind()).isEqualTo(Kind.REFUSED);
        assertThat(run.decisions()).containsExactly("admitted", "step_cost:refused", "admitted", "admitted");
    }

    @Test
    void aRefusalThatEndsThePlanEndsThemBeforeIt() {
        TestRun run = runs.run("{\"maxCreditsPerStep\": 5}");
        Ask[] asks = run.steps(1, 4);
        asks[1].estimate(10);

        assertThat(run.admitTogether(asks)).isEqualTo(1);

        assertThat(statuses(run)).containsExactly("running");
    }

    @Test
    void aRefusalThatThePlanGoesOnPastIsOneOfThem() {
        TestRun run = runs.run("{\"maxCreditsPerStep\": 5}");
        plan(run, "continue", 4);
        Ask[] asks = run.steps(1, 4);
        asks[1].estimate(10);

        assertThat(run.admitTogether(asks)).isEqualTo(4);

        assertThat(statuses(run)).containsExactly("running", "refused", "running", "running");
    }

    private void plan(TestRun run, String onError, int steps) {
        database.jdbc()
                .sql("""
                        insert into plan_steps (run_id, plan_index, tool, description, params, on_error, parallel)
                        select :run, index, 'echo', 'd', '{}', :onError, true from generate_series(1, :steps) index""")
                .param("run", run.id.value())
                .param("onError", onError)
                .param("steps", steps)
                .update();
    }

    @Test
    void identicalCallsAmongThemCountInTheirOrder() {
        TestRun run = runs.run(runs.user("pro", 0), "agentic", "{}");
        Ask[] asks = IntStream.rangeClosed(1, 6)
                .mapToObj(step -> run.step(step).tool("echo", "same"))
                .toArray(Ask[]::new);

        assertThat(run.admitTogether(asks)).isEqualTo(4);

        assertThat(run.decisions()).containsExactly("admitted", "admitted", "loop:warned", "admitted");
        Stream.of(asks).limit(4).forEach(run::perform);
        assertThat(notAdmitted(asks[4].admit()).stopReason()).isEqualTo(StopReason.DOOM_LOOP);
    }

    @Test
    void aStoredPauseHoldsThem() {
        TestRun run = runs.run("{}");
        run.perform(run.step(1));
        run.ask(Verb.PAUSE);
        assertThat(run.admitTogether(run.steps(2, 4))).isZero();
        assertThat(statuses(run)).containsExactly("completed");
    }

    @Test
    void theClockRunsWhileAnyOfThemIsUnderWayAndTimeInTheQueueIsWaited() {
        TestRun run = runs.run("{}");
        Ask[] asks = run.steps(1, 2);
        run.admitTogether(asks);
        runs.ahead(Duration.ofSeconds(10), asks[0].queuedMs(10_000)::admit);
        assertThat(Integer.parseInt(run.column("waiting_us / 1000000"))).isBetween(9, 10);

        runs.ahead(Duration.ofSeconds(15), asks[1].queuedMs(15_000)::admit);

        assertThat(Integer.parseInt(run.column("waiting_us / 1000000"))).isBetween(9, 10);
        assertThat(Integer.parseInt(run.column("active_us / 1000000"))).isBetween(4, 6);
    }

    @Test
    void oneWhoseOutcomeIsUnknownPausesTheRunAndTheOthersAreRecorded() {
        TestRun run = runs.run("{}");
        Ask[] asks = priced(run, 1, 3, 10);
        asks[0].notIdempotent();
        run.admitTogether(asks);
        Stream.of(asks).forEach(ask -> assertClaimed(ask.admit()));
        run.record(1, asks[0].token, StepStatus.UNKNOWN, null);
        run.complete(2, asks[1].token);
        run.complete(3, asks[2].token);
        assertThat(run.column("status || ' ' || pause_reason || ' ' || credits_used || '/' || credits_reserved"))
                .isEqualTo("paused unknown_outcome 20/10");

        controls.resolve("resolve-" + run.id, run.id, 1, ResolveOutcome.RETRY, null, "someone");

        assertThat(run.admitTogether(asks)).isEqualTo(3);
        run.perform(asks[0].anotherAttempt());
        assertThat(asks[1].anotherAttempt().admit()).isInstanceOf(Admission.AlreadyRecorded.class);
        assertThat(run.decisions()).hasSize(3);
    }

    @Test
    void aPauseForSeveralDoubtsNamesTheNextOnceOneIsResolved() {
        TestRun run = runs.run("{}");
        Ask[] asks = Stream.of(run.steps(1, 2)).map(Ask::notIdempotent).toArray(Ask[]::new);
        run.admitTogether(asks);
        Stream.of(asks).forEach(ask -> assertClaimed(ask.admit()));
        run.record(1, asks[0].token, StepStatus.UNKNOWN, null);
        run.record(2, asks[1].token, StepStatus.UNKNOWN, null);
        assertThat(run.column("waiting_step")).isEqualTo("1");

        controls.resolve("first-" + run.id, run.id, 1, ResolveOutcome.HAPPENED, null, "someone");
        assertThat(run.column("status || ' ' || waiting_step")).isEqualTo("paused 2");

        controls.resolve("second-" + run.id, run.id, 2, ResolveOutcome.SKIP, null, "someone");
        assertThat(run.status()).isEqualTo("running");
    }

    @Test
    void aDoubtEndsThemBeforeIt() {
        TestRun run = runs.run("{}");
        Ask[] asks = run.steps(1, 3);
        asks[1].notIdempotent();
        run.admitTogether(asks);
        assertClaimed(asks[1].admit());

        assertThat(run.admitTogether(asks)).isEqualTo(1);

        assertThat(run.status()).isEqualTo("running");
    }

    @Test
    void afterAResetWhatIsRecordedIsRepeatedAndAClaimedCallThatMayNotBeRepeatedIsInDoubt() {
        TestRun run = runs.run("{}");
        Ask[] asks = priced(run, 1, 4, 10);
        asks[1].notIdempotent();
        asks[3].notIdempotent();
        run.admitTogether(asks);
        run.perform(asks[0]);
        assertClaimed(asks[1].admit());

        TestRun reset = run.in("reset-of-" + run.id, true);
        Ask[] again = priced(reset, 1, 4, 10);
        again[1].notIdempotent();
        again[3].notIdempotent();

        assertThat(reset.admitTogether(again)).isEqualTo(1);
        assertThat(again[0].admit()).isInstanceOf(Admission.AlreadyRecorded.class);
        assertThat(notAdmitted(again[1].admit()).kind()).isEqualTo(Kind.UNKNOWN);
        controls.resolve("resolve-" + run.id, run.id, 2, ResolveOutcome.SKIP, null, "someone");
        assertThat(reset.admitTogether(Arrays.copyOfRange(again, 1, 4))).isEqualTo(3);
        reset.perform(again[2]);
        reset.perform(again[3]);
        assertThat(run.ofStep(4, "claims")).isEqualTo("1");
        assertThat(run.decisions()).hasSize(4);
    }

    @Test
    void afterAResetAllOfTheLastOnesThatCameToNothingStartOver() {
        TestRun run = runs.run("{}");
        Ask[] asks = run.steps(1, 4);
        run.admitTogether(asks);
        Stream.of(asks).forEach(ask -> assertClaimed(ask.admit()));
        run.record(1, asks[0].token, StepStatus.FAILED, null);
        run.complete(2, asks[1].token);
        run.record(3, asks[2].token, StepStatus.FAILED, null);
        run.complete(4, asks[3].token);
        run.finish(RunStatus.FAILED, StopReason.TOOL_FAILED);

        TestRun reset = run.in("reset-of-" + run.id, true);
        Ask[] again = reset.steps(1, 4);

        assertThat(reset.admitTogether(again)).isEqualTo(4);
        reset.perform(again[0]);
        assertThat(again[1].admit()).isInstanceOf(Admission.AlreadyRecorded.class);
        reset.perform(again[2]);
        assertThat(statuses(run)).containsOnly("completed");
    }

    @Test
    void afterAFailureThatEndsThePlanNoneIsAdmittedThatWasNotBefore() {
        TestRun run = runs.run("{}");
        Ask[] asks = run.steps(1, 4);
        run.admitTogether(asks[0], asks[1]);
        assertClaimed(asks[0].admit());
        run.record(1, asks[0].token, StepStatus.FAILED, null);

        assertThat(run.admitTogether(asks)).isEqualTo(2);

        assertThat(statuses(run)).containsExactly("failed", "running");
    }

    @Test
    void anotherExecutionsRequestChangesNothing() {
        TestRun run = runs.run("{}");
        run.perform(run.step(1));
        TestRun stale = run.in("another", false);
        assertThat(stale.admitTogether(stale.steps(2, 4))).isZero();
        assertThat(statuses(run)).containsExactly("completed");
    }

    @Test
    void aRunWhoseTimeIsUpAdmitsNone() {
        TestRun run = runs.run("{\"timeoutSeconds\": 30}");
        run.perform(run.step(1));
        assertThat(at(31, run, run.steps(2, 4))).isZero();
    }
}
