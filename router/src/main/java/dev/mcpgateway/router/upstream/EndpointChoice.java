package dev.mcpgateway.router.upstream;

import dev.mcpgateway.router.upstream.Balancing.Policy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Picks the next of several endpoints by a policy. Thread safe. */
final class EndpointChoice {
    private final Policy policy;
    private final Map<BalancedEndpoint, Double> credits = new HashMap<>();

    EndpointChoice(Policy policy) {
        this.policy = policy;
    }

    /** @param candidates at least one */
    BalancedEndpoint next(List<BalancedEndpoint> candidates) {
        if (candidates.size() == 1) {
            return candidates.getFirst();
        }
        return switch (policy) {
            case LEAST_REQUESTS -> lessLoaded(candidates);
            case ROUND_ROBIN -> inTurn(candidates);
        };
    }

    /** The first of the two wins a draw, so that weights count also while nothing is in flight. */
    private static BalancedEndpoint lessLoaded(List<BalancedEndpoint> candidates) {
        int first = byWeight(candidates, -1);
        int second = byWeight(candidates, first);
        BalancedEndpoint one = candidates.get(first);
        BalancedEndpoint other = candidates.get(second);
        return other.load() < one.load() ? other : one;
    }

    private static int byWeight(List<BalancedEndpoint> candidates, int except) {
        double[] weights = new double[candidates.size()];
        double total = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i == except ? 0 : candidates.get(i).currentWeight();
            total += weights[i];
        }
        double point = total > 0 ? ThreadLocalRandom.current().nextDouble(total) : 0; // weights may just have become 0
        int last = except == weights.length - 1 ? weights.length - 2 : weights.length - 1;
        for (int i = 0; i < last; i++) {
            point -= weights[i];
            if (point < 0) {
                return i;
            }
        }
        return last;
    }

    /** Each gains credit by its weight at every turn; the richest is next and pays what all have gained. */
    private synchronized BalancedEndpoint inTurn(List<BalancedEndpoint> candidates) {
        credits.keySet().retainAll(candidates);
        BalancedEndpoint richest = candidates.getFirst();
        double total = 0;
        for (BalancedEndpoint candidate : candidates) {
            double weight = candidate.currentWeight();
            total += weight;
            credits.merge(candidate, weight, Double::sum);
            if (credits.getOrDefault(candidate, 0.0) > credits.getOrDefault(richest, 0.0)) {
                richest = candidate;
            }
        }
        credits.merge(richest, -total, Double::sum);
        return richest;
    }
}
