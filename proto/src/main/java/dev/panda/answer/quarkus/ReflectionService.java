package dev.panda.answer.quarkus;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.reflection.service.ReflectionServiceV1;
import io.quarkus.grpc.reflection.service.ReflectionServiceV1alpha;
import jakarta.enterprise.inject.Instance;
import java.util.List;
import java.util.function.Function;

/** Describes a server's services to clients such as grpcurl, with its requests under guard. */
abstract class ReflectionService implements BindableService {
  private final Instance<BindableService> services;
  private final Function<List<ServerServiceDefinition>, BindableService> reflection;

  private ReflectionService(
      Instance<BindableService> services,
      Function<List<ServerServiceDefinition>, BindableService> reflection) {
    this.services = services;
    this.reflection = reflection;
  }

  @Override
  public ServerServiceDefinition bindService() {
    List<ServerServiceDefinition> described =
        services.stream()
            .filter(service -> !(service instanceof ReflectionService))
            .map(BindableService::bindService)
            .toList();
    return CommonServices.guard(reflection.apply(described).bindService());
  }

  @GrpcService
  static class V1 extends ReflectionService {
    V1(@GrpcService Instance<BindableService> services) {
      super(services, ReflectionServiceV1::new);
    }
  }

  /** For clients that do not know the version after it. */
  @GrpcService
  static class V1Alpha extends ReflectionService {
    V1Alpha(@GrpcService Instance<BindableService> services) {
      super(services, ReflectionServiceV1alpha::new);
    }
  }
}
