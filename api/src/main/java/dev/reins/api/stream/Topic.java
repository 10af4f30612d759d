package dev.reins.api.stream;

import dev.reins.store.event.EventPlace;
import dev.reins.store.event.StoredEvent;

/** What a stream shows the events of. */
sealed interface Topic {
    String RUN_FINISHED = "run.finished";
    String RUN_RESET = "run.reset";

    String id();

    /** Whether the event is one that was not shown up to that place. */
    boolean isAfter(StoredEvent event, EventPlace place);

    /**
     * Whether there is nothing to wait for once this event was, shown or not.
     *
     * @param ended whether there was nothing to wait for before it
     */
    boolean endsWith(StoredEvent event, boolean ended);

    /** The event as this topic's streams tell it. */
    Frame frame(StoredEvent event, FrameWriter writer);

    record OfRun(String id) implements Topic {
        @Override
        public boolean isAfter(StoredEvent event, EventPlace place) {
            return event.place().seq() > place.seq();
        }

        @Override
        public boolean endsWith(StoredEvent event, boolean ended) {
            return switch (event.view().type()) {
                case RUN_FINISHED -> true;
                case RUN_RESET -> false;
                default -> ended;
            };
        }

        @Override
        public Frame frame(StoredEvent event, FrameWriter writer) {
            String seq = Long.toString(event.view().seq());
            return new Frame(event, writer.write(seq, event.view().type(), event.view()));
        }
    }

    record OfProject(String id) implements Topic {
        @Override
        public boolean isAfter(StoredEvent event, EventPlace place) {
            return event.place().compareTo(place) > 0;
        }

        @Override
        public boolean endsWith(StoredEvent event, boolean ended) {
            return false;
        }

        @Override
        public Frame frame(StoredEvent event, FrameWriter writer) {
            var view = event.ofProject();
            return new Frame(event, writer.write(view.id(), view.type(), view));
        }
    }
}
