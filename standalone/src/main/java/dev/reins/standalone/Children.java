package dev.reins.standalone;

import dev.reins.standalone.process.Command;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The command lines of api and workers, which are JVMs of their own. */
final class Children {
    private static final String API = "dev.reins.api.ApiApplication";
    private static final String WORKER = "dev.reins.worker.WorkerApplication";

    /** A worker lets running steps finish for 20 s, and aborts them then. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Home home;
    private final Map<String, String> shared;

    /** @param shared what api and workers are told alike, by environment variables */
    Children(Home home, Map<String, String> shared) {
        this.home = home;
        this.shared = Map.copyOf(shared);
    }

    Command api(int port, String adminKey) {
        return command(
                "api",
                JavaCommand.of(API, "320m", JavaCommand.Archive.WRITE),
                Map.of("REINS_API_PORT", Integer.toString(port), "REINS_ADMIN_KEY", adminKey));
    }

    /** @param httpAllow the addresses that agents may call although they are not public */
    Command worker(int number, String httpAllow) {
        var archive = number == 1 ? JavaCommand.Archive.WRITE : JavaCommand.Archive.READ;
        return command(
                "worker " + number, JavaCommand.of(WORKER, "384m", archive), Map.of("REINS_HTTP_ALLOW", httpAllow));
    }

    private Command command(String name, List<String> line, Map<String, String> own) {
        Map<String, String> environment = new HashMap<>(shared);
        environment.put("REINS_MANAGEMENT_PORT", "0");
        environment.putAll(own);
        return new Command(name, line, environment, "TERM", GRACE, home.log(name.replace(' ', '-')));
    }
}
