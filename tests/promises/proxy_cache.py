"""nginx before the application, with a cache that keeps whatever it is not forbidden to keep."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from processes import free_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

# The key is the address alone, as of a cache that knows nothing of sessions.
_CONF = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/cache keys_zone=pages:1m;
  upstream portal {{ {servers} }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://portal;
      proxy_set_header Host $http_host;
      proxy_cache pages;
      proxy_cache_key $request_method$request_uri;
      proxy_cache_valid any 10m;
      add_header X-Cache $upstream_cache_status always;
    }}
  }}
}}
"""


@contextmanager
def caching_proxy(addresses: Sequence[str], folder: Path) -> Iterator[str]:
    """The address of a proxy before the application's processes."""
    assert NGINX is not None
    folder.mkdir()
    port = free_port()
    servers = " ".join(f"server {address.removeprefix('http://')};" for address in addresses)
    conf = folder / "nginx.conf"
    conf.write_text(_CONF.format(folder=folder, port=port, servers=servers))
    process = subprocess.Popen([NGINX, "-c", str(conf), "-p", str(folder)])
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        assert process.poll() is None, "the proxy ended at its start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the proxy does not listen")
