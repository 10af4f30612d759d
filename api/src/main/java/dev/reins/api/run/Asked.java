package dev.reins.api.run;

import dev.reins.api.security.Caller;
import dev.reins.api.web.Body;
import dev.reins.api.web.DeclaresQuery;
import dev.reins.api.web.Once;
import java.time.Duration;

/**
 * What every control request brings along, by whichever path it comes. Endpoints take it as a parameter.
 *
 * @param hold how long the answer may be held, by the query parameter {@code wait}; zero: not at all
 */
@DeclaresQuery(Asked.WAIT)
record Asked(Caller caller, Body body, Duration hold, Once once) {
    static final String WAIT = "wait";
}
