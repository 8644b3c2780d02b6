package dev.panda.orchestrator.routing;

import dev.panda.orchestrator.client.RewardClient;
import dev.panda.orchestrator.client.RewardDescription;
import dev.panda.orchestrator.client.ServedPreference;

/**
 * Where a preference is served.
 *
 * @param service what that service serves beside it
 */
public record Route(RewardClient client, RewardDescription service, ServedPreference preference) {}
