package dev.reins.benchmarks.contestant;

import dev.reins.benchmarks.ground.Ground;
import dev.reins.contracts.Lane;
import dev.reins.store.run.RunView;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reins: planned runs of {@code echo} steps that cost a credit each, of so many users in turn. */
public final class ReinsUsers implements Contestant {
    private final Ground ground;
    private final Lane lane;
    private final int users;
    private final ReinsInProcess reins;
    private final AtomicLong runs = new AtomicLong();

    public ReinsUsers(Ground ground, Lane lane, int users) {
        this.ground = ground;
        this.lane = lane;
        this.users = users;
        this.reins = ReinsInProcess.on(ground);
        IntStream.range(0, users).forEach(user -> reins.addUser(user(user)));
    }

    private String user(long number) {
        return name() + "-" + number;
    }

    @Override
    public String name() {
        return users == 1 ? "one_user" : "many_users";
    }

    @Override
    public String configuration() {
        return "planned runs in the " + lane.wire() + " lane, one credit a step, paid from "
                + (users == 1 ? "one account" : users + " accounts");
    }

    @Override
    public Storage storage() {
        return ReinsInProcess.STORAGE;
    }

    @Override
    public void run(String runId, int steps) {
        RunView run = reins.echo(runId, user(runs.getAndIncrement() % users), steps, lane, 1);
        if (run.creditsUsed() != steps) {
            throw new IllegalStateException(runId + " used " + run.creditsUsed() + " credits");
        }
    }

    /** @throws IllegalStateException if an account was overspent or does not agree with its ledger */
    @Override
    public void close() {
        long wrong = ground.postgres().ask(database(), ReinsUsers::wrongAccounts);
        if (wrong > 0) {
            throw new IllegalStateException(wrong + " accounts do not agree with their ledger");
        }
    }

    private static String database() {
        return Objects.requireNonNull(ReinsInProcess.STORAGE.database());
    }

    private static long wrongAccounts(JdbcClient jdbc) {
        return jdbc.sql("""
                        select count(*) from accounts a
                        where granted - settled - reserved < 0 or reserved <> 0
                           or settled <> (select coalesce(sum(amount), 0) from ledger l
                                          where l.user_id = a.user_id and type = 'settle')
                        """).query(Long.class).single();
    }
}
