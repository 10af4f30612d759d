package dev.reins.store.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.store.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** In a project of many events, nearly all of one user; another's lie near its beginning and far from it. */
class EventsOfAUserTest {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final int EVENTS = 60_000;
    private static final int NEAR = 1_000;
    private static final int FAR = 10_000;

    private final EventLog log = new EventLog(DATABASE.jdbc(), NEAR, FAR);

    @BeforeAll
    static void fill() {
        DATABASE.jdbc().sql("""
                insert into projects (id, name) values ('large', 'Large'), ('small', 'Small');
                insert into accounts (user_id, tier) values ('busy', 'pro'), ('quiet', 'pro');
                insert into runs (id, project_id, user_id, kind, limits, limit_sources, started_via)
                  select name || run, project, name, 'planned', '{}', '{}', 'rest'
                  from (values ('busy', 'large', 1, 600), ('quiet', 'large', 1, 10), ('quiet', 'small', 11, 11))
                    as users (name, project, first, last)
                  cross join generate_series(first, last) as run""").update();
        events("busy", 1, 600, EVENTS / 600, "run * 100 + seq");
        events("quiet", 1, 10, 10, "case when seq < 3 then 100 else 59000 - run / 3 end");
        events("quiet", 11, 11, 10, "59000");
        DATABASE.jdbc().sql("update event_clock set base = 1000000").update();
        DATABASE.jdbc().sql("analyze").update();
    }

    private static void events(String user, int first, int last, int ofEach, String position) {
        DATABASE.jdbc()
                .sql("""
                        insert into events (run_id, seq, project_id, type, position)
                        select r.id, seq, r.project_id, 'x', %s
                        from generate_series(:first, :last) as run
                        join runs r on r.id = :user || run
                        cross join generate_series(1, :ofEach) as seq""".formatted(position))
                .param("user", user)
                .param("first", first)
                .param("last", last)
                .param("ofEach", ofEach)
                .update();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void pagesHoldThemAllInTheProjectsOrder() {
        List<EventPlace> quiet = ofAll("quiet");

        assertThat(quiet).hasSize(100);
        assertThat(paged("quiet", 7)).isEqualTo(quiet);
        assertThat(paged("quiet", 1_000)).isEqualTo(quiet);
        assertThat(paged("busy", 9_999)).isEqualTo(ofAll("busy"));
    }

    private List<EventPlace> ofAll(String userId) {
        return log.ofProject("large", null, EventPlace.START, 2 * EVENTS).stream()
                .filter(event -> event.userId().equals(userId))
                .map(StoredEvent::place)
                .toList();
    }

    private List<EventPlace> paged(@Nullable String userId, int limit) {
        List<EventPlace> places = new ArrayList<>();
        EventPlace after = EventPlace.START;
        List<StoredEvent> page;
        do {
            page = log.ofProject("large", userId, after, limit);
            page.forEach(event -> places.add(event.place()));
            after = page.isEmpty() ? after : page.getLast().place();
        } while (page.size() == limit);
        return places;
    }

    @Test
    void whatLiesBeyondTheHorizonIsWithheld() {
        DATABASE.jdbc()
                .sql("update event_clock set base = 50000 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
                .update();
        try {
            assertThat(paged("quiet", 1_000)).hasSize(20);
        } finally {
            DATABASE.jdbc().sql("update event_clock set base = 1000000").update();
        }
    }

    @Test
    void aPageReadsAFewOfTheProjectsEvents() {
        try (var source = new SingleConnectionDataSource(DATABASE.url(), true)) {
            JdbcClient jdbc = JdbcClient.create(source);
            for (String userId : List.of("quiet", "busy")) {
                long before = entriesRead(jdbc);
                assertThat(new EventLog(jdbc, NEAR, FAR).ofProject("large", userId, EventPlace.START, 100))
                        .hasSize(100);

                assertThat(entriesRead(jdbc) - before).isLessThan(2 * FAR);
            }
        }
    }

    /** Of the events' indexes, and rows of the table where it is read without one. */
    private static long entriesRead(JdbcClient jdbc) {
        jdbc.sql("select pg_stat_force_next_flush()::text").query().listOfRows();
        return jdbc.sql("""
                        select (select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'events')
                             + (select seq_tup_read from pg_stat_user_tables where relname = 'events')""").query(Long.class).single();
    }
}
