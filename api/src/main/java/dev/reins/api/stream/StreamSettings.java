package dev.reins.api.stream;

import java.time.Duration;

/**
 * How streams behave.
 *
 * @param heartbeat how often a comment goes to every client
 * @param poll how long the tail waits between two looks at the store, while anybody listens
 * @param keyCheck how often the keys of all open streams are looked up
 * @param perKey how many streams one key may have open at this process
 */
record StreamSettings(Duration heartbeat, Duration poll, Duration keyCheck, int perKey) {}
