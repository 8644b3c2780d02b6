"""Asks for an answer that is easy to read. With the services up:

    pip install grpcio-tools
    python3 deploy/examples/generate.py

The stubs are generated from the repository's contracts into a temporary folder.
"""

import importlib
import pathlib
import sys
import tempfile

import grpc
from grpc_tools import protoc

CONTRACTS = pathlib.Path(__file__).resolve().parents[2] / "proto/src/main/proto"
CONTRACT = "panda/api/generation/v1/generation.proto"


def main():
    target = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9000"
    with tempfile.TemporaryDirectory() as stubs:
        code = protoc.main(
            [
                "protoc",
                f"--proto_path={CONTRACTS}",
                f"--proto_path={pathlib.Path(protoc.__file__).parent / '_proto'}",
                f"--python_out={stubs}",
                f"--grpc_python_out={stubs}",
                CONTRACT,
            ]
        )
        if code != 0:
            sys.exit(code)
        sys.path.insert(0, stubs)
        messages = importlib.import_module("panda.api.generation.v1.generation_pb2")
        services = importlib.import_module("panda.api.generation.v1.generation_pb2_grpc")

    request = messages.GenerateRequest(
        chat=messages.Chat(messages=[messages.ChatMessage(role="user", content="Why did people build castles?")]),
        preferences=[messages.WeightedPreference(name="comprehensibility")],
        lambdas=[messages.LambdaFunction(constant=messages.ConstantLambda(strength=1))],
        max_tokens=60,
    )
    with grpc.insecure_channel(target) as channel:
        service = services.GenerationServiceStub(channel)
        try:
            for response in service.Generate(request, timeout=60):
                if response.HasField("token"):
                    print(response.token.text, end="", flush=True)
                else:
                    print(f"\nreward {response.summary.reward:.2f}")
        except grpc.RpcError as error:
            sys.exit(f"{target}: {error.code().name}: {error.details()}")


if __name__ == "__main__":
    main()
