package dev.reins.api.run;

import dev.reins.contracts.Verb;
import dev.reins.store.StrictJson;
import dev.reins.store.run.RunView;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Control verbs by paths that do not name the project. */
@RestController
final class ShortFormController {
    private final StrictJson json;
    private final RunAccess access;
    private final Verbs verbs;

    ShortFormController(StrictJson json, RunAccess access, Verbs verbs) {
        this.json = json;
        this.access = access;
        this.verbs = verbs;
    }

    @PostMapping(path = "/api/agent/pause", produces = "application/json")
    ResponseEntity<byte[]> pause(Asked asked) {
        var task = json.read(asked.body().bytes(), Said.PlainTask.class);
        return verbs.perform(Verb.PAUSE, access.run(asked.caller(), task.taskId()), task.said(), asked);
    }

    @PostMapping(path = "/api/agent/resume", produces = "application/json")
    ResponseEntity<byte[]> resume(Asked asked) {
        var task = json.read(asked.body().bytes(), Said.ExtendingTask.class);
        return verbs.perform(Verb.RESUME, access.run(asked.caller(), task.taskId()), task.said(), asked);
    }

    @PostMapping(path = "/api/admin/agents/{agentId}/runs/{runId}/cancel", produces = "application/json")
    ResponseEntity<byte[]> cancel(@PathVariable String agentId, @PathVariable String runId, Asked asked) {
        RunView run = access.run(asked.caller(), runId);
        if (!agentId.equals(run.agentId())) {
            throw RunAccess.notFound();
        }
        Said said = json.read(asked.body().orEmptyObject(), Said.Plain.class).said();
        return verbs.perform(Verb.CANCEL, run, said, asked);
    }
}
