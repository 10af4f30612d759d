package dev.reins.store.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RunId;
import dev.reins.contracts.RunStatus;
import dev.reins.store.Slice;
import dev.reins.store.control.Receipt;
import dev.reins.store.run.RunViews.EventView;
import dev.reins.store.run.RunViews.MessageView;
import dev.reins.store.run.RunViews.Page;
import dev.reins.store.run.RunViews.ToolCallView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("later-schema")
class RunViewsTest {
    private static final Starting STARTING = new Starting();
    private static final RunViews VIEWS = STARTING.views;
    private static final String PLAN =
            "\"plan\": [{\"tool\": \"echo\", \"description\": \"say\", \"params\": {\"value\": \"x\"}}]";

    @AfterAll
    static void close() {
        STARTING.close();
    }

    @Test
    void listsRunsNewestFirstAndKeepsItsPlaceWhenRunsAreAdded() {
        List<String> started = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            started.addFirst(start("p2", "ada"));
        }

        Page<RunView> first = VIEWS.list(project("p2"), 2, null);
        start("p2", "ada");
        Page<RunView> second = VIEWS.list(project("p2"), 2, first.nextCursor());
        Page<RunView> third = VIEWS.list(project("p2"), 2, second.nextCursor());

        List<RunView> seen = new ArrayList<>(first.items());
        seen.addAll(second.items());
        seen.addAll(third.items());
        assertThat(seen).extracting(RunView::id).containsExactlyElementsOf(started);
        assertThat(third.nextCursor()).isNull();
        assertThat(VIEWS.count(project("p2"))).isEqualTo(6);
    }

    @Test
    void listsRunsCreatedInTheSameInstantOnce() {
        for (int i = 0; i < 5; i++) {
            start("p1", "root");
        }
        sql("update runs set created_at = '2030-01-01T00:00:00.123456Z' where user_id = 'root'");
        RunFilter filter = new RunFilter("p1", Set.of(), null, "root", null, null);

        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            Page<RunView> page = VIEWS.list(filter, 2, cursor);
            page.items().forEach(run -> ids.add(run.id()));
            cursor = page.nextCursor();
        } while (cursor != null);

        assertThat(ids).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void filtersByEveryMember() {
        String queued = start("p1", "bob");
        String paused = start("p1", "bob");
        sql("update runs set status = 'paused', created_at = '2020-01-01T00:00:00Z' where id = '" + paused + "'");
        Instant newYear = Instant.parse("2020-01-01T00:00:00Z");

        assertThat(ids(new RunFilter("p1", Set.of(), null, "bob", null, null))).containsExactly(queued, paused);
        assertThat(ids(new RunFilter("p1", Set.of(RunStatus.PAUSED, RunStatus.RUNNING), null, "bob", null, null)))
                .containsExactly(paused);
        assertThat(ids(new RunFilter("p1", Set.of(), "a1", "bob", null, null))).isEmpty();
        assertThat(ids(new RunFilter("p1", Set.of(), null, "bob", newYear, newYear)))
                .containsExactly(paused);
        assertThat(ids(new RunFilter("p1", Set.of(), null, "bob", newYear.plusNanos(1000), null)))
                .containsExactly(queued);
        assertThat(ids(new RunFilter("p1", Set.of(), null, "bob", Instant.MIN, Instant.MAX)))
                .hasSize(2);
        assertThat(ids(new RunFilter("p2", Set.of(), null, "bob", null, null))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "!!!",
                "cnVucyA",
                "cnVucyAyMDI2",
                "ZXZlbnRzIDE",
                "cnVucyArOTk5OTk5OTk5LTAxLTAxVDAwOjAwOjAwWiA"
            })
    void refusesACursorThatIsNoneOfItsOwn(String cursor) {
        assertThatThrownBy(() -> VIEWS.list(project("p1"), 1, cursor))
                .isInstanceOf(RequestRejected.class)
                .hasMessage("This is no cursor of this list");
    }

    @Test
    void refusesAFilterThatTheDatabaseCannotRead() {
        assertThatThrownBy(() -> new RunFilter("p1", Set.of(), "a\0", null, null, null))
                .isInstanceOf(RequestRejected.class)
                .hasMessage("agentId contains a NUL character");
    }

    @Test
    void addsUpTheClockThatRuns() {
        String id = start("p1", "ada");
        sql("""
                update runs set status = 'running', started_at = clock_timestamp() - interval '100 s', clock = 'active',
                    clock_since = clock_timestamp() - interval '60 s', active_us = 5000000, waiting_us = 7000999,
                    paused_us = 0 where id = '%s'""".formatted(id));

        RunView run = VIEWS.find(new RunId(id)).orElseThrow();

        assertThat(run.activeMs()).isBetween(65_000L, 75_000L);
        assertThat(run.waitingMs()).isEqualTo(7_000);
        assertThat(run.pausedMs()).isZero();
        assertThat(run.durationMs()).isBetween(100_000L, 110_000L);
    }

    @Test
    void stopsTheClocksWithTheRun() {
        String id = start("p1", "ada");
        sql("""
                update runs set status = 'completed', started_at = '2026-01-01T00:00:00Z',
                    finished_at = '2026-01-01T00:00:01.5Z', active_us = 1499999 where id = '%s'""".formatted(id));

        RunView run = VIEWS.find(new RunId(id)).orElseThrow();

        assertThat(run.durationMs()).isEqualTo(1_500);
        assertThat(run.activeMs()).isEqualTo(1_499);
        assertThat(run.finishedAt()).isEqualTo("2026-01-01T00:00:01.500Z");
    }

    @Test
    void showsToolCallsOnceTheyRunOrAreRefused() {
        String id = start("p1", "ada");
        String[] statuses = {
            "completed", "waiting", "waiting", "running", "failed", "timed_out", "refused", "cancelled", "unknown"
        };
        for (int i = 0; i < statuses.length; i++) {
            step(id, i + 1, "tool", statuses[i]);
        }
        step(id, 20, "model", "completed");

        Page<ToolCallView> first = VIEWS.toolCalls(new RunId(id), 3, null);
        Page<ToolCallView> second = VIEWS.toolCalls(new RunId(id), 100, first.nextCursor());

        assertThat(first.items()).extracting(ToolCallView::stepNumber).containsExactly(1, 4, 5);
        assertThat(second.items())
                .extracting(ToolCallView::status)
                .containsExactly("timed_out", "refused", "cancelled", "unknown");
        ToolCallView call = first.items().getFirst();
        assertThat(call.id()).isEqualTo(id + "/1");
        assertThat(call.input()).hasToString("{\"a\":0.10}");
        assertThat(call.durationMs()).isEqualTo(1_250);
        assertThat(call.attempt()).isEqualTo(2);
        assertThat(call.credits()).isEqualTo(3);
    }

    @Test
    void pagesOfHeavyToolCallsHoldFewerThanAskedFor() {
        String id = start("p1", "ada");
        for (int i = 1; i <= 20; i++) {
            step(id, i, "tool", "completed");
        }
        sql("""
                update steps set output = to_jsonb(repeat('x', 600000)), error_message = repeat('x', 400000)
                where run_id = '%s'""".formatted(id));

        List<Page<ToolCallView>> pages = pages(cursor -> VIEWS.toolCalls(new RunId(id), 100, cursor));

        assertThat(pages)
                .hasSize(3)
                .allSatisfy(page -> assertThat(page.items().stream()
                                .mapToLong(call -> call.input().toString().length()
                                        + call.output().toString().length()
                                        + call.errorMessage().length())
                                .sum())
                        .isBetween(1L, Slice.MOST_BYTES));
        assertThat(pages.stream().flatMap(page -> page.items().stream()))
                .extracting(ToolCallView::stepNumber)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 20).boxed().toList());
    }

    @Test
    void pagesOfHeavyMessagesHoldFewerThanAskedFor() {
        String id = start("p1", "ada");
        sql("""
                insert into messages (run_id, role, content)
                select '%s', 'user', jsonb_build_object('text', repeat('x', 1000000) || n) from generate_series(1, 20) n""".formatted(id));

        List<Page<MessageView>> pages = pages(cursor -> VIEWS.messages(new RunId(id), 100, cursor));

        assertThat(pages)
                .hasSize(3)
                .allSatisfy(page -> assertThat(page.items().stream()
                                .mapToLong(
                                        message -> message.content().toString().length())
                                .sum())
                        .isBetween(1L, Slice.MOST_BYTES));
        assertThat(pages.stream().flatMap(page -> page.items().stream()))
                .extracting(message -> message.content().get("text").asString().substring(1_000_000))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 20).mapToObj(Integer::toString).toList());
    }

    @Test
    void rowThatIsHeavierThanAPageComesAlone() {
        String id = start("p1", "ada");
        for (int i = 1; i <= 3; i++) {
            step(id, i, "tool", "completed");
        }
        sql("update steps set output = to_jsonb(repeat('x', 9000000)) where run_id = '%s' and step_number < 3"
                .formatted(id));

        assertThat(pages(cursor -> VIEWS.toolCalls(new RunId(id), 100, cursor)))
                .extracting(page ->
                        page.items().stream().map(ToolCallView::stepNumber).toList())
                .containsExactly(List.of(1), List.of(2), List.of(3));
    }

    private static <T> List<Page<T>> pages(Function<@Nullable String, Page<T>> list) {
        return Stream.iterate(
                        list.apply(null),
                        page -> page != null,
                        page -> page.nextCursor() == null ? null : list.apply(page.nextCursor()))
                .toList();
    }

    @Test
    void pagesEventsByTheirSequence() {
        String id = start("p1", "ada");
        sql("""
                insert into events (run_id, seq, project_id, type, step_number, data)
                select '%s', n, 'p1', 'step.started', n, '{"tool": "echo"}' from generate_series(2, 5) n""".formatted(id));

        Page<EventView> first = VIEWS.events(new RunId(id), 2, null);
        Page<EventView> second = VIEWS.events(new RunId(id), 3, first.nextCursor());

        assertThat(first.items()).extracting(EventView::seq).containsExactly(1L, 2L);
        assertThat(second.items()).extracting(EventView::seq).containsExactly(3L, 4L, 5L);
        assertThat(second.nextCursor()).isNull();
    }

    @Test
    void showsDecisionsAndReceiptsInTheirOrder() {
        String id = start("p1", "ada");
        sql("""
                insert into guard_decisions (run_id, step_number, guard, limit_value, limit_source, observed, remaining, verdict)
                values ('%1$s', 1, 'rate', 30, 'system', 30, 0, 'waiting'), ('%1$s', 1, null, null, null, null, null, 'admitted')""".formatted(id));
        sql("""
                insert into control_receipts (id, run_id, verb, door, by)
                values ('r2-%1$s', '%1$s', 'pause', 'rest', 'key-1'), ('r1-%1$s', '%1$s', 'resume', 'temporal', null)""".formatted(id));
        RunId run = new RunId(id);

        assertThat(VIEWS.decisions(run, 10, null).items())
                .extracting(decision -> decision.guard() + " " + decision.limit() + " " + decision.verdict())
                .containsExactly("rate 30 waiting", "null null admitted");
        Page<Receipt> receipts = VIEWS.receipts(run, 1, null);
        assertThat(receipts.items()).extracting(Receipt::id).containsExactly("r2-" + id);
        assertThat(VIEWS.receipts(run, 1, receipts.nextCursor()).items())
                .extracting(Receipt::id)
                .containsExactly("r1-" + id);
        assertThatThrownBy(() -> VIEWS.events(run, 1, receipts.nextCursor())).isInstanceOf(RequestRejected.class);
    }

    private static void step(String run, int number, String kind, String status) {
        sql("""
                insert into steps (run_id, step_number, kind, tool, category, user_id, generation, status, digest, call_digest,
                    input, estimate, credits, claims, claim_token, started_at, finished_at)
                values ('%s', %d, '%s', 'echo', 'default', 'ada', 1, '%s', '', '', '{"a": 0.10}', 5, 3, 2,
                    gen_random_uuid(), '2026-01-01T00:00:00Z', '2026-01-01T00:00:01.25Z')""".formatted(run, number, kind, status));
    }

    private static String start(String project, String user) {
        return STARTING.runs
                .start(STARTING.start("{\"userId\": \"" + user + "\", " + PLAN + "}", project, null, true))
                .id();
    }

    private static RunFilter project(String project) {
        return new RunFilter(project, Set.of(), null, null, null, null);
    }

    private static List<@Nullable String> ids(RunFilter filter) {
        return VIEWS.list(filter, 100, null).items().stream().map(RunView::id).toList();
    }

    private static void sql(String sql) {
        STARTING.database.jdbc().sql(sql).update();
    }
}
