package dev.reins.store.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.contracts.Category;
import dev.reins.contracts.PauseReason;
import dev.reins.contracts.ResolveOutcome;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.StepStatus;
import dev.reins.contracts.StopReason;
import dev.reins.contracts.Verb;
import dev.reins.contracts.WaitingFor;
import dev.reins.contracts.step.StepNotDone;
import dev.reins.contracts.step.StepNotDone.Kind;
import dev.reins.store.RunTest;
import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("later-schema")
class RateGuardTest extends RunTest {
    private static final String TWO = "{\"ratePerMinute\": {\"browser\": 2}}";

    @Test
    void makesAStepWaitVisiblyAndAdmitsItAtItsSlot() {
        TestRun run = full(runs.user("pro", 0));

        StepNotDone verdict = notAdmitted(at(37, browse(run, 3)));

        assertThat(verdict.kind()).isEqualTo(Kind.WAITING);
        assertThat(verdict.waitingFor()).isEqualTo(WaitingFor.RATE_LIMIT);
        assertThat(verdict.message())
                .matches("Rate limit exceeded for browser\\. Limit: 2 calls per minute\\. Try again in 2[34]s");
        assertThat(secondsFromNow(verdict)).isBetween(58L, 60L);
        assertThat(run.column("status || ' ' || waiting_for || ' ' || clock || ' ' || step_count"))
                .isEqualTo("running rate_limit waiting 2");
        assertThat(run.column("waiting_message")).isEqualTo(verdict.message());

        assertClaimed(at(61, browse(run, 3)));
        assertThat(run.column("coalesce(waiting_for, 'nothing') || ' ' || clock || ' ' || step_count"))
                .isEqualTo("nothing active 3");
        assertThat(places()).isZero();
        assertThat(run.events()).containsOnlyOnce("guard.waiting");
        assertThat(run.decisions()).containsExactly("admitted", "admitted", "rate:waiting", "admitted");
    }

    @Test
    void aSecondLookKeepsThePlaceAndCountsOnce() {
        TestRun run = full(runs.user("pro", 0));
        notAdmitted(at(10, browse(run, 3)));
        StepNotDone again = notAdmitted(at(20, browse(run, 3)));

        assertThat(again.kind()).isEqualTo(Kind.WAITING);
        assertThat(places()).isEqualTo(1);
        assertThat(run.events()).containsOnlyOnce("guard.waiting");
        assertThat(run.decisions()).endsWith("rate:waiting", "rate:waiting");
        run.finish(RunStatus.FAILED, StopReason.INTERNAL);
    }

    @Test
    void admitsWhoCameFirst() {
        String user = runs.user("pro", 0);
        TestRun first = full(user);
        TestRun second = runs.run(user, "planned", TWO);
        TestRun third = runs.run(user, "planned", TWO);
        TestRun fourth = runs.run(user, "planned", TWO);
        notAdmitted(at(5, browse(first, 3)));
        notAdmitted(at(6, browse(second, 1)));
        StepNotDone later = notAdmitted(at(7, browse(third, 1)));

        assertThat(secondsFromNow(later)).isBetween(118L, 121L);
        assertThat(notAdmitted(at(60.5, browse(third, 1))).kind()).isEqualTo(Kind.WAITING);
        assertThat(notAdmitted(at(60.5, browse(fourth, 1))).kind()).isEqualTo(Kind.WAITING);
        assertClaimed(at(60.6, browse(second, 1)));
        assertClaimed(at(60.7, browse(first, 3)));
        assertThat(notAdmitted(at(61, browse(third, 1))).kind()).isEqualTo(Kind.WAITING);
        assertClaimed(at(121, browse(third, 1)));
        for (TestRun run : new TestRun[] {first, second, third, fourth}) {
            run.finish(RunStatus.FAILED, StopReason.INTERNAL);
        }
        assertThat(places()).isZero();
    }

    @Test
    void aPlaceLapsesTwoSecondsAfterItsSlot() {
        String user = runs.user("pro", 0);
        TestRun first = full(user);
        TestRun second = runs.run(user, "planned", TWO);
        notAdmitted(at(5, browse(first, 3)));
        notAdmitted(at(5, browse(first, 4)));

        assertThat(notAdmitted(at(61.5, browse(second, 1))).kind()).isEqualTo(Kind.WAITING);
        second.finish(RunStatus.FAILED, StopReason.INTERNAL);
        TestRun third = runs.run(user, "planned", TWO);
        assertClaimed(at(62.8, browse(third, 1)));
        first.finish(RunStatus.FAILED, StopReason.INTERNAL);
    }

    @Test
    void refusesAtOnceWhatWouldWaitTooLong() {
        String user = runs.user("pro", 0);
        TestRun run = full(user, "{\"ratePerMinute\": {\"browser\": 2}, \"maxRateWaitSeconds\": 30}");

        StepNotDone verdict = notAdmitted(at(20, browse(run, 3)));

        assertThat(verdict.kind()).isEqualTo(Kind.REFUSED);
        assertThat(verdict.message())
                .matches("Execution guard failed: Rate limit exceeded for browser\\. Limit: 2 calls per minute\\."
                        + " Try again in 4[01]s");
        assertThat(places()).isZero();
        assertThat(run.column("step_count")).isEqualTo("3");
        assertThat(run.events()).contains("guard.refused");
    }

    @Test
    void onRateLimitFailRefusesAtOnce() {
        TestRun run = full(runs.user("pro", 0), "{\"ratePerMinute\": {\"browser\": 2}, \"onRateLimit\": \"fail\"}");
        assertThat(notAdmitted(at(59, browse(run, 3))).kind()).isEqualTo(Kind.REFUSED);
        assertClaimed(at(61, browse(run, 4)));
    }

    @Test
    void theWindowIsTheUsersAndTheLimitTheRuns() {
        String user = runs.user("pro", 0);
        full(user);
        assertClaimed(at(1, browse(runs.run(user, "planned", "{\"ratePerMinute\": {\"browser\": 3}}"), 1)));
        assertClaimed(at(1, browse(runs.run(user, "planned", "{\"ratePerMinute\": {}}"), 1)));
        assertClaimed(at(1, browse(runs.run(runs.user("pro", 0), "planned", TWO), 1)));
        assertClaimed(runs.ahead(
                Duration.ofSeconds(1),
                () -> runs.run(user, "planned", TWO)
                        .step(1)
                        .category(Category.EMAIL)
                        .admit()));
    }

    @Test
    void aPauseGivesThePlaceBackAndTheWaitBeginsAnew() {
        TestRun run = full(runs.user("pro", 0));
        notAdmitted(at(10, browse(run, 3)));
        run.ask(Verb.PAUSE);
        run.atBoundary();

        assertThat(places()).isZero();
        assertThat(run.column("status || ' ' || clock")).isEqualTo("paused paused");
        assertThat(run.column("waiting_for")).isNull();

        run.ask(Verb.RESUME);
        run.atBoundary();
        notAdmitted(at(15, browse(run, 3)));
        assertThat(run.events().stream().filter("guard.waiting"::equals)).hasSize(2);
        run.finish(RunStatus.FAILED, StopReason.INTERNAL);
    }

    @Test
    void aStepThatStartsOverCountsTwice() {
        TestRun run = runs.run(runs.user("pro", 0), "planned", TWO);
        Ask once = browse(run, 1);
        once.admit();
        run.record(1, once.token, StepStatus.FAILED, null);
        run.finish(RunStatus.FAILED, StopReason.TOOL_FAILED);

        TestRun reset = run.in("reset", true);
        assertClaimed(at(10, browse(reset, 1)));

        assertThat(notAdmitted(at(20, browse(reset, 2))).kind()).isEqualTo(Kind.WAITING);
        assertThat(run.ofStep(1, "claims")).isEqualTo("2");
        reset.finish(RunStatus.FAILED, StopReason.INTERNAL);
    }

    @Test
    void aRetriedStepThatWaitsAgainStaysInTheWindow() {
        TestRun run = runs.run(runs.user("pro", 0), "planned", TWO);
        Ask failed = browse(run, 1);
        failed.admit();
        run.record(1, failed.token, StepStatus.FAILED, null);
        run.perform(browse(run, 2));
        lifecycle.pauseFor(run.execution, 1, PauseReason.STEP_FAILED, "failed");
        controls.resolve("retry-" + run.id, run.id, 1, ResolveOutcome.RETRY, null, "someone");
        assertThat(notAdmitted(at(10, browse(run, 1))).kind()).isEqualTo(Kind.WAITING);

        TestRun other = runs.run(run.user, "planned", "{\"ratePerMinute\": {\"browser\": 3}}");
        assertThat(notAdmitted(at(20, browse(other, 1))).kind()).isEqualTo(Kind.WAITING);
        run.finish(RunStatus.FAILED, StopReason.INTERNAL);
        other.finish(RunStatus.FAILED, StopReason.INTERNAL);
        assertThat(run.ofStep(1, "status || ' ' || claims")).isEqualTo("cancelled 1");
    }

    @Test
    void forgetsAdmissionsThatNoWindowNeeds() {
        TestRun run = runs.run("{}");
        at(-660, browse(run, 1));
        at(-61, browse(run, 2));

        runs.admissions().forgetOld();

        assertThat(database.jdbc()
                        .sql("select step_number from admissions where run_id = :run")
                        .param("run", run.id.value())
                        .query(Integer.class)
                        .list())
                .containsExactly(2);
    }

    private TestRun full(String user) {
        return full(user, TWO);
    }

    /** A run that has used its two calls of this minute. */
    private TestRun full(String user, String limits) {
        TestRun run = runs.run(user, "planned", limits);
        run.perform(browse(run, 1));
        run.perform(browse(run, 2));
        return run;
    }

    private static Ask browse(TestRun run, int step) {
        return run.step(step).category(Category.BROWSER);
    }

    private Admission at(double seconds, Ask ask) {
        return runs.ahead(Duration.ofMillis((long) (seconds * 1000)), ask::admit);
    }

    private static long secondsFromNow(StepNotDone verdict) {
        return Duration.between(Instant.now(), Instant.ofEpochMilli(verdict.waitUntilEpochMs()))
                .toSeconds();
    }

    private long places() {
        return database.jdbc()
                .sql("select count(*) from rate_places")
                .query(Long.class)
                .single();
    }
}
