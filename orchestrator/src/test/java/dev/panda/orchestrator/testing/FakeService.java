package dev.panda.orchestrator.testing;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A service without a model, which misbehaves when told to: what both kinds have in common. */
public abstract class FakeService implements AutoCloseable {
  /** Tokens of the fakes: candidates are 3 and up, likeliest first, and none of them ends. */
  public static final int VOCABULARY = 40;

  static final int CONTEXT = 4096;
  private static final long PATIENCE_MILLIS = 60_000;

  private final List<String> events = new ArrayList<>();
  private final Connections connections = new Connections();
  private final Server server;
  private int open;
  private int room = Integer.MAX_VALUE;
  private int refusals;

  FakeService() {
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .addService(service())
              .intercept(connections)
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  abstract BindableService service();

  /** Where it is. */
  public String address() {
    return "127.0.0.1:" + server.getPort();
  }

  /** Has room for that many sequences; refuses more. */
  public synchronized void room(int sequences) {
    room = sequences;
  }

  /** Refuses that many opens, whatever its room. */
  public synchronized void refuse(int opens) {
    refusals = opens;
  }

  /** {@code open}, {@code refused} and {@code closed}, as they came. */
  public synchronized List<String> events() {
    return List.copyOf(events);
  }

  /** The connections that calls of a method came over. */
  public Set<Object> connectionsOf(String method) {
    return Set.copyOf(connections.byMethod.getOrDefault(method, Set.of()));
  }

  private static final class Connections implements ServerInterceptor {
    private final Map<String, Set<Object>> byMethod = new ConcurrentHashMap<>();

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      byMethod
          .computeIfAbsent(
              call.getMethodDescriptor().getBareMethodName(),
              method -> ConcurrentHashMap.newKeySet())
          .add(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
      return next.startCall(call, headers);
    }
  }

  /** Waits until no sequence is open any more. */
  public synchronized void awaitNoneOpen() throws InterruptedException {
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (open > 0) {
      long left = end - System.currentTimeMillis();
      if (left <= 0) {
        throw new AssertionError(open + " sequences are open: " + events);
      }
      wait(left);
    }
  }

  synchronized boolean admits() {
    if (refusals > 0 || open >= room) {
      refusals = Math.max(0, refusals - 1);
      events.add("refused");
      return false;
    }
    open++;
    events.add("open");
    return true;
  }

  synchronized void release() {
    open--;
    events.add("closed");
    notifyAll();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  static RuntimeException noRoom() {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
            .setMessage("no room")
            .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("NO_CACHE_ROOM").build()))
            .addDetails(
                Any.pack(
                    RetryInfo.newBuilder().setRetryDelay(Duration.getDefaultInstance()).build()))
            .build());
  }

  /** One stream: admitted by its first message, released at its end. */
  abstract static class Stream<Q, A> implements StreamObserver<Q> {
    private final FakeService service;
    private final StreamObserver<A> client;
    private boolean begun;
    private boolean holds;
    private boolean over;

    Stream(FakeService service, StreamObserver<A> client) {
      this.service = service;
      this.client = client;
      ((ServerCallStreamObserver<A>) client).setOnCancelHandler(this::release);
    }

    abstract void opened(Q request, StreamObserver<A> client);

    abstract void next(Q request, StreamObserver<A> client);

    @Override
    public void onNext(Q request) {
      if (begun) {
        next(request, client);
        return;
      }
      begun = true;
      holds = service.admits();
      if (holds) {
        opened(request, client);
      } else {
        over = true;
        client.onError(noRoom());
      }
    }

    private void release() {
      if (holds) {
        holds = false;
        service.release();
      }
    }

    @Override
    public void onError(Throwable cancelled) {
      release();
    }

    @Override
    public void onCompleted() {
      release();
      if (!over) {
        client.onCompleted();
      }
    }
  }
}
