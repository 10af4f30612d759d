package dev.reins.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.store.TestRuns.Ask;
import dev.reins.store.TestRuns.TestRun;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

/** What must never happen is refused by the database itself, whoever asks. */
class DatabaseRefusesTest extends RunTest {

    @Test
    void aNegativeBalance() {
        TestRun run = settled();
        refuses("update accounts set reserved = granted + 1 where user_id = :user", run, "credits_are_never_overspent");
        refuses("update accounts set settled = granted + 1 where user_id = :user", run, "credits_are_never_overspent");
    }

    @Test
    void aSecondSettlementOfTheSameReservation() {
        TestRun run = settled();
        refuses("""
                insert into ledger (user_id, type, amount, run_id, step_number, reservation)
                values (:user, 'settle', 10, :run, 1, 1)""", run, "a_reservation_ends_once");
    }

    @Test
    void aStepThatIsOverAndHoldsCredits() {
        TestRun run = settled();
        refuses("update steps set held = estimate where run_id = :run", run, "only_open_steps_hold_credits");
    }

    @Test
    void aChargeAboveTheEstimate() {
        TestRun run = settled();
        refuses("update steps set credits = estimate + 1 where run_id = :run", run, "steps");
    }

    @Test
    void aGapInTheEvents() {
        TestRun run = settled();
        refuses(
                "insert into events (run_id, seq, project_id, type) select :run, max(seq) + 2, 'p', 'x' from events where run_id = :run",
                run,
                "leaves a gap");
        refuses("insert into events (run_id, seq, project_id, type) values (:run, 1, 'p', 'x')", run, "events_pkey");
    }

    @Test
    void aGapInTheEventsAlsoOfWhatPlacesThemItself() {
        TestRun run = settled();
        refuses("""
                with ahead as (update runs set event_seq = event_seq + 1 where id = :run returning runs)
                select append_event(ahead.runs, 'x', null, '{}', now()) from ahead""", run, "leaves a gap");
    }

    @Test
    void aChangeOfWhatIsAppendOnly() {
        TestRun run = settled();
        refuses("update ledger set amount = 1 where run_id = :run", run, "append-only");
        refuses("delete from events where run_id = :run", run, "append-only");
        refuses("delete from guard_decisions where run_id = :run", run, "append-only");
        refuses("update admissions set admitted_at = now() where run_id = :run", run, "append-only");
        refuses("delete from admissions where run_id = :run", run, "append-only");
        refuses("truncate ledger", run, "append-only");
        refuses("truncate audit", run, "append-only");
    }

    @Test
    void aStepThatSaysTwoThingsInOneRole() {
        TestRun run = settled();
        refuses("""
                insert into messages (run_id, role, content, step_number)
                values (:run, 'tool', '{}', 1), (:run, 'tool', '{}', 1)""", run, "a_step_says_one_thing_in_each_role");
    }

    @Test
    void anotherStoryOfAControlRequest() {
        TestRun run = settled();
        database.jdbc().sql("""
                        insert into control_receipts (id, run_id, verb, door, by)
                        values (:run || '-receipt', :run, 'pause', 'rest', 'ada')""").param("run", run.id.value()).update();
        refuses("update control_receipts set by = 'eve' where run_id = :run", run, "append-only");
        refuses("update control_receipts set reason = 'none' where run_id = :run", run, "append-only");
        refuses("delete from control_receipts where run_id = :run", run, "append-only");
        refuses("truncate control_receipts", run, "append-only");

        database.jdbc()
                .sql("update control_receipts set delivered_at = now(), effective_at = now() where run_id = :run")
                .param("run", run.id.value())
                .update();

        refuses("update control_receipts set delivered_at = null where run_id = :run", run, "append-only");
        refuses(
                "update control_receipts set effective_at = null, refused_at = now() where run_id = :run",
                run,
                "append-only");
    }

    @Test
    void aTerminalRunWithoutAnEnd() {
        TestRun run = settled();
        refuses("update runs set status = 'completed' where id = :run", run, "a_terminal_run_has_an_end");
    }

    private TestRun settled() {
        TestRun run = runs.run("{}");
        Ask ask = run.step(1).estimate(100);
        run.perform(ask);
        return run;
    }

    private void refuses(String sql, TestRun run, String because) {
        assertThatThrownBy(() -> database.jdbc()
                        .sql(sql)
                        .params(Map.of("user", run.user, "run", run.id.value()))
                        .update())
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining(because);
    }
}
