package dev.reins.standalone.temporal;

import java.io.IOException;
import java.nio.file.Path;

/** One way to get the binary when none is there yet. */
interface Route {
    /** As a person reads it: "Temporal's official download". */
    String name();

    /**
     * Puts the binary into the folder.
     *
     * @return the binary, complete and verified
     * @throws IOException with a message that says why this way is closed
     */
    Path fetchInto(Path folder) throws IOException, InterruptedException;
}
