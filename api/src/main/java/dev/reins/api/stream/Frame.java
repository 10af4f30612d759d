package dev.reins.api.stream;

import dev.reins.store.event.StoredEvent;

/** An event in the text of a stream, written once for all of a topic's clients. */
record Frame(StoredEvent event, byte[] text) {}
