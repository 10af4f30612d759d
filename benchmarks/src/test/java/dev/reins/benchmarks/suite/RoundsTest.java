package dev.reins.benchmarks.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundsTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, 9})
    void eachFollowsEachOtherEquallyOften(int many) {
        Map<List<Integer>, Integer> neighbours = new HashMap<>();
        for (List<Integer> order : orders(many)) {
            IntStream.range(1, many)
                    .forEach(place -> neighbours.merge(order.subList(place - 1, place + 1), 1, Integer::sum));
        }
        assertThat(neighbours).hasSize(many * (many - 1));
        assertThat(neighbours.values()).containsOnly(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, 9})
    void eachComesTwiceInEachPlace(int many) {
        Map<List<Integer>, Integer> places = new HashMap<>();
        for (List<Integer> order : orders(many)) {
            IntStream.range(0, many).forEach(place -> places.merge(List.of(place, order.get(place)), 1, Integer::sum));
        }
        assertThat(places).hasSize(many * many);
        assertThat(places.values()).containsOnly(2);
    }

    private static List<List<Integer>> orders(int many) {
        List<Integer> all = IntStream.range(0, many).boxed().toList();
        return IntStream.range(-1, 2 * many - 1)
                .mapToObj(round -> Rounds.inOrder(all, round))
                .toList();
    }
}
