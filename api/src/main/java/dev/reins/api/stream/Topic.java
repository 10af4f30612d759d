package dev.reins.api.stream;

import dev.reins.store.event.EventPlace;
import dev.reins.store.event.StoredEvent;

/** What a stream shows the events of. */
sealed interface Topic {
    String RUN_FINISHED = "run.finished";

    String id();

    /** Whether the event is one that was not shown up to that place. */
    boolean isAfter(StoredEvent event, EventPlace place);

    /** The event as this topic's streams tell it. */
    Frame frame(StoredEvent event, FrameWriter writer);

    record OfRun(String id) implements Topic {
        @Override
        public boolean isAfter(StoredEvent event, EventPlace place) {
            return event.place().seq() > place.seq();
        }

        @Override
        public Frame frame(StoredEvent event, FrameWriter writer) {
            String seq = Long.toString(event.view().seq());
            boolean last = event.view().type().equals(RUN_FINISHED);
            return new Frame(event, writer.write(seq, event.view().type(), event.view()), last);
        }
    }

    record OfProject(String id) implements Topic {
        @Override
        public boolean isAfter(StoredEvent event, EventPlace place) {
            return event.place().compareTo(place) > 0;
        }

        @Override
        public Frame frame(StoredEvent event, FrameWriter writer) {
            var view = event.ofProject();
            return new Frame(event, writer.write(view.id(), view.type(), view), false);
        }
    }
}
