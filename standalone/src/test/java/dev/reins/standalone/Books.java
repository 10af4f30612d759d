package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

/** Whether what was charged is what was done: account, ledger, runs and steps of a user must tell the same. */
final class Books {
    /** A row, with all numbers, if those of the user do not agree or are overspent. */
    static final String DISAGREEMENTS = """
            select a.*, l.*, r.*, s.*
            from accounts a,
                lateral (select coalesce(sum(amount) filter (where type = 'grant'), 0) as ledger_granted,
                        coalesce(sum(amount) filter (where type = 'settle'), 0) as ledger_settled,
                        coalesce(sum(case type when 'reserve' then amount when 'grant' then 0 else -amount end), 0)
                            as ledger_reserved
                    from ledger where user_id = a.user_id) l,
                lateral (select coalesce(sum(credits_used), 0) as runs_used,
                        coalesce(sum(credits_reserved), 0) as runs_reserved
                    from runs where user_id = a.user_id) r,
                lateral (select coalesce(sum(credits), 0) as steps_charged, coalesce(sum(held), 0) as steps_held
                    from steps where user_id = a.user_id) s
            where a.user_id = ?
                and (granted - settled - reserved < 0 or granted <> ledger_granted
                    or settled <> ledger_settled or settled <> runs_used or settled <> steps_charged
                    or reserved <> ledger_reserved or reserved <> runs_reserved or reserved <> steps_held)""";

    private static final String CHARGED_OTHER_THAN_ONCE = """
            select s.run_id, s.step_number, s.status, s.credits, count(l.id) as ledger_rows
            from steps s left join ledger l on l.run_id = s.run_id and l.step_number = s.step_number
            where s.user_id = ?
            group by s.run_id, s.step_number
            having count(*) filter (where l.type = 'reserve') <> 1
                or count(*) filter (where l.type in ('settle', 'release')) <> 1
                or coalesce(sum(l.amount) filter (where l.type = 'settle'), 0)
                    <> case s.status when 'completed' then s.estimate else 0 end""";

    private final Stack stack;
    private final String userId;

    Books(Stack stack, String userId) {
        this.stack = stack;
        this.userId = userId;
    }

    /** True at any moment: it is read by one statement. */
    void assertAgreement() {
        assertThat(stack.sql(DISAGREEMENTS, userId)).isEmpty();
    }

    /** True once all runs have ended: each step was reserved once; if it was done it was charged once, else released. */
    void assertClosed() {
        assertAgreement();
        assertThat(stack.sql(CHARGED_OTHER_THAN_ONCE, userId)).isEmpty();
        assertThat(stack.sql("select reserved from accounts where user_id = ? and reserved <> 0", userId))
                .isEmpty();
    }

    /** How often attempts took steps over from lost ones. */
    long takeovers() {
        return number("select coalesce(sum(claims - 1), 0) as n from steps where user_id = ?");
    }

    /** Results that came when their claim had gone. */
    long lateResults() {
        return number("select count(*) as n from late_results l join runs r on r.id = l.run_id where r.user_id = ?");
    }

    long available() {
        return number("select granted - settled - reserved as n from accounts where user_id = ?");
    }

    private long number(String query) {
        return ((Number) stack.sql(query, userId).getFirst().get("n")).longValue();
    }
}
