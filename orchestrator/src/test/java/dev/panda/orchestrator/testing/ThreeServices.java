package dev.panda.orchestrator.testing;

import static java.util.stream.Collectors.joining;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.GetModelRequest;
import dev.panda.api.basemodel.v1.GetModelResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Base-model service, reward services and orchestrator, each in a process of its own. */
public final class ThreeServices implements AutoCloseable {
  private final List<ServiceProcess> processes = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Integer> rewardPorts = new ArrayList<>();
  private final List<ManagedChannel> rewards = new ArrayList<>();
  private final ManagedChannel base;
  private final ManagedChannel orchestrator;
  private final int basePort;
  private final int orchestratorPort;

  /**
   * Starts them.
   *
   * @param model the checkpoint of all
   * @param preferences gives each reward service's reward models' folders, once the base model is
   *     known
   */
  public ThreeServices(Path model, Function<GetModelResponse, List<List<Path>>> preferences) {
    this(model, List.of(), preferences);
  }

  /**
   * Starts them.
   *
   * @param held folders of the reward models that the base-model service holds
   */
  public ThreeServices(
      Path model, List<Path> held, Function<GetModelResponse, List<List<Path>>> preferences) {
    basePort = ServiceProcess.freePort();
    orchestratorPort = ServiceProcess.freePort();
    start(
        "base-model-service",
        "quarkus.grpc.server.port=" + basePort,
        "panda.base-model.model=" + model,
        "panda.base-model.threads=1",
        "panda.base-model.preferences=" + list(held),
        "panda.base-model.foresight=8",
        "panda.base-model.numerics=float32");
    base = channel(basePort);
    GetModelResponse served =
        BaseModelServiceGrpc.newBlockingStub(base).getModel(GetModelRequest.getDefaultInstance());
    preferences.apply(served).forEach(folders -> startReward(model, folders));
    start(
        "orchestrator",
        "quarkus.grpc.server.port=" + orchestratorPort,
        "panda.orchestrator.base-model=127.0.0.1:" + basePort,
        "panda.orchestrator.rewards="
            + rewardPorts.stream().map(port -> "127.0.0.1:" + port).collect(joining(",")));
    orchestrator = channel(orchestratorPort);
  }

  private void startReward(Path model, List<Path> folders) {
    int port = ServiceProcess.freePort();
    start(
        "reward-service",
        "quarkus.grpc.server.port=" + port,
        "panda.reward.model=" + model,
        "panda.reward.threads=1",
        "panda.reward.numerics=float32",
        "panda.reward.preferences=" + list(folders));
    rewardPorts.add(port);
    rewards.add(channel(port));
  }

  private static String list(List<Path> folders) {
    return folders.stream().map(Path::toString).collect(joining(","));
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

  /** The first reward service. */
  public ManagedChannel reward() {
    return rewards.get(0);
  }

  /** The first reward service's process. */
  public ServiceProcess rewardProcess() {
    return processes.get(1);
  }

  public ManagedChannel orchestrator() {
    return orchestrator;
  }

  public int basePort() {
    return basePort;
  }

  /** The first reward service's. */
  public int rewardPort() {
    return rewardPorts.get(0);
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
