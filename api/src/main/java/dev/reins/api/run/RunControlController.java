package dev.reins.api.run;

import dev.reins.contracts.Verb;
import dev.reins.store.StrictJson;
import dev.reins.store.run.RunView;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What is asked of one run. */
@RestController
@RequestMapping(path = "/api/projects/{projectId}/agent-runs/{runId}", produces = "application/json")
final class RunControlController {
    private final StrictJson json;
    private final Verbs verbs;

    RunControlController(StrictJson json, Verbs verbs) {
        this.json = json;
        this.verbs = verbs;
    }

    @PostMapping("/pause")
    ResponseEntity<byte[]> pause(RunView run, Asked asked) {
        return verbs.perform(Verb.PAUSE, run, plain(asked), asked);
    }

    @PostMapping("/resume")
    ResponseEntity<byte[]> resume(RunView run, Asked asked) {
        Said said =
                json.read(asked.body().orEmptyObject(), Said.Extending.class).said();
        return verbs.perform(Verb.RESUME, run, said, asked);
    }

    @PostMapping("/cancel")
    ResponseEntity<byte[]> cancel(RunView run, Asked asked) {
        return verbs.perform(Verb.CANCEL, run, plain(asked), asked);
    }

    private Said plain(Asked asked) {
        return json.read(asked.body().orEmptyObject(), Said.Plain.class).said();
    }
}
