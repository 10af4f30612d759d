package dev.reins.store;

import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamContext;

/** RFC 6901 pointers. */
public final class Pointers {
    private Pointers() {}

    /** The pointer to a member of what {@code parent} points at. */
    public static String member(String parent, String name) {
        return parent + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** The pointer to an element of what {@code parent} points at; {@code index} from 0. */
    public static String element(String parent, int index) {
        return parent + "/" + index;
    }

    /** What the pointer points at, as its parent calls it. */
    static String last(String pointer) {
        String token = pointer.substring(pointer.lastIndexOf('/') + 1);
        return token.replace("~1", "/").replace("~0", "~");
    }

    static String of(TokenStreamContext place) {
        return place.pathAsPointer().toString();
    }

    static String of(List<JacksonException.Reference> path) {
        String pointer = "";
        for (JacksonException.Reference step : path) {
            pointer = step.getPropertyName() == null
                    ? element(pointer, step.getIndex())
                    : member(pointer, step.getPropertyName());
        }
        return pointer;
    }
}
