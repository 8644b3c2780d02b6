package dev.panda.orchestrator.testing;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.GetModelRequest;
import dev.panda.api.basemodel.v1.GetModelResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Base-model service, reward service and orchestrator, each in a process of its own. */
public final class ThreeServices implements AutoCloseable {
  private final List<ServiceProcess> processes = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final ManagedChannel base;
  private final ManagedChannel reward;
  private final ManagedChannel orchestrator;
  private final int basePort;
  private final int rewardPort;
  private final int orchestratorPort;

  /**
   * Starts them.
   *
   * @param model the checkpoint of both
   * @param preferences gives the reward models' folders, once the base model is known
   */
  public ThreeServices(Path model, Function<GetModelResponse, List<Path>> preferences) {
    basePort = ServiceProcess.freePort();
    rewardPort = ServiceProcess.freePort();
    orchestratorPort = ServiceProcess.freePort();
    start(
        "base-model-service",
        "quarkus.http.port=" + basePort,
        "panda.base-model.model=" + model,
        "panda.base-model.threads=1",
        "panda.base-model.numerics=float32");
    base = channel(basePort);
    GetModelResponse served =
        BaseModelServiceGrpc.newBlockingStub(base).getModel(GetModelRequest.getDefaultInstance());
    List<String> folders = preferences.apply(served).stream().map(Path::toString).toList();
    start(
        "reward-service",
        "quarkus.http.port=" + rewardPort,
        "panda.reward.model=" + model,
        "panda.reward.threads=1",
        "panda.reward.numerics=float32",
        "panda.reward.preferences=" + String.join(",", folders));
    reward = channel(rewardPort);
    start(
        "orchestrator",
        "quarkus.http.port=" + ServiceProcess.freePort(),
        "quarkus.grpc.server.port=" + orchestratorPort,
        "panda.orchestrator.base-model=127.0.0.1:" + basePort,
        "panda.orchestrator.rewards=127.0.0.1:" + rewardPort);
    orchestrator = channel(orchestratorPort);
  }

  private void start(String module, String... properties) {
    ServiceProcess process = ServiceProcess.start(module, List.of(properties));
    processes.add(process);
    if (!process.isRunning()) {
      close();
      throw new AssertionError(module + " did not start:\n" + process.output());
    }
  }

  private ManagedChannel channel(int port) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  public ManagedChannel base() {
    return base;
  }

  public ManagedChannel reward() {
    return reward;
  }

  /** The reward service's process. */
  public ServiceProcess rewardProcess() {
    return processes.get(1);
  }

  public ManagedChannel orchestrator() {
    return orchestrator;
  }

  public int basePort() {
    return basePort;
  }

  public int rewardPort() {
    return rewardPort;
  }

  public int orchestratorPort() {
    return orchestratorPort;
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).close();
    }
  }
}
