package dev.reins.api.openapi;

import dev.reins.api.RunningApi;
import dev.reins.api.World;

/** Runs of alice's, with rows as a workflow would have left them. */
final class PreparedRuns {
    private final RunningApi api;
    private final World world;

    PreparedRuns(RunningApi api, World world) {
        this.api = api;
        this.world = world;
    }

    String queued() {
        return World.run(api, world.alice);
    }

    String ofAgent() {
        String body = "{\"agentId\": \"" + world.agentId + "\", \"prompt\": \"hello\"}";
        return api.post(world.alice, World.RUNS, body).data().get("id").asString();
    }

    String paused() {
        return runThatIs("status = 'paused', pause_reason = 'operator'");
    }

    String ended() {
        return runThatIs("status = 'failed', stop_reason = 'tool_failed', finished_at = clock_timestamp()");
    }

    /** Paused, as nobody knows whether its first step has happened. */
    String inDoubt() {
        String run = runThatIs("status = 'paused', pause_reason = 'unknown_outcome', waiting_step = 1, step_count = 1");
        api.database.jdbc().sql("""
                        insert into steps (run_id, step_number, kind, tool, category, user_id, generation, status, digest,
                            call_digest, input, estimate, claims)
                        values (:run, 1, 'tool', 'echo', 'default', 'alice', 1, 'unknown', '', '', '{"value": 1}', 0, 1)
                        """).param("run", run).update();
        return run;
    }

    private String runThatIs(String state) {
        String run = queued();
        api.database
                .jdbc()
                .sql("update runs set " + state + " where id = :run")
                .param("run", run)
                .update();
        return run;
    }
}
