package dev.panda.orchestrator.serving.routing;

import dev.panda.orchestrator.serving.client.RewardClient;
import dev.panda.orchestrator.serving.client.RewardDescription;
import dev.panda.orchestrator.serving.client.ServedPreference;

/**
 * Where a preference is served.
 *
 * @param service what that service serves beside it
 */
public record Route(RewardClient client, RewardDescription service, ServedPreference preference) {}
