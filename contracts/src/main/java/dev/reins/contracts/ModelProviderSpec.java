package dev.reins.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What everyone may know of a model provider without having it: workers publish it, the API checks definitions against it.
 *
 * @param models the names of all its models; null: any name may be one
 */
public record ModelProviderSpec(String name, @Nullable List<String> models) {
    public ModelProviderSpec {
        models = models == null ? null : List.copyOf(models);
    }

    public boolean mayHave(String model) {
        return models == null || models.contains(model);
    }
}
