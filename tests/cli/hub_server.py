"""A hub of this machine, for tests: repositories in memory, the answers of the real one, and faults on demand.

It has two addresses, as the real one has two hosts: small files come from the hub itself, large ones ("lfs") from the storage that
the hub redirects to. Every request is kept in `requests`.
"""
import hashlib
import http.server
import json
import re
import ssl
import threading
import time
import urllib.parse


def git_hash(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class Repository:
    def __init__(self, files, large=(), branches=None, gate=None):
        self.files = files                        # name -> bytes
        self.large = set(large)                   # names of files in the storage
        self.commit = hashlib.sha1(json.dumps({name: git_hash(content) for name, content in files.items()}, sort_keys=True).encode()).hexdigest()
        self.branches = set(branches or {"main"})
        self.gate = gate                          # None, or the token that opens it

    def etag(self, name):
        content = self.files[name]
        return hashlib.sha256(content).hexdigest() if name in self.large else git_hash(content)


class Fault:
    """What happens to the next `times` requests that fit: `method` and a pattern for "hub/..." or "storage/..."."""

    def __init__(self, pattern, times=1, method="GET", status=None, headers=None, cut=None, pause=None, change=None, ranges=True, length=None):
        self.pattern, self.times, self.method = re.compile(pattern), times, method
        self.status, self.headers = status, headers or {}
        self.cut = cut          # so many bytes of the body, then the connection breaks
        self.pause = pause      # (bytes, seconds): a pause after so many bytes of the body
        self.change = change    # bytes -> bytes: what is sent instead
        self.ranges = ranges    # False: as if no range had been asked for
        self.length = length    # what Content-Length says instead


class Hub:
    def __init__(self, repositories=None, certificate=None):
        self.repositories = repositories or {}  # "ORG/NAME" -> Repository
        self.certificate = certificate          # a file with key and certificate: both hosts speak https
        self.requests, self.faults, self.lock = [], [], threading.Lock()
        self.servers = {host: self._serve(host) for host in ("hub", "storage")}
        self.endpoint = self.address("hub")

    def _serve(self, host):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"hub": self, "host": host}))
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.daemon_threads = True
        server.handle_error = lambda *words: None  # clients that are killed are no news
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return server

    def address(self, host):
        return f"http{'s' if self.certificate else ''}://127.0.0.1:{self.servers[host].server_port}"

    def close(self):
        for server in self.servers.values():
            server.shutdown()
            server.server_close()

    def fault(self, *words, **options):
        self.faults.append(Fault(*words, **options))

    def take_fault(self, method, place):
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and fault.method == method and fault.pattern.search(place):
                    fault.times -= 1
                    return fault
        return None

    def seen(self, method, pattern):
        """The headers of the requests that fit."""
        with self.lock:
            return [headers for seen_method, place, headers in self.requests if seen_method == method and re.search(pattern, place)]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def do_GET(self):
        place = self.host + urllib.parse.unquote(self.path)
        with self.hub.lock:
            self.hub.requests.append((self.command, place, {name.lower(): value for name, value in self.headers.items()}))
        self.fault = self.hub.take_fault(self.command, place)
        try:
            if self.fault and self.fault.status:
                return self.answer(self.fault.status, b"trouble", self.fault.headers)
            path = urllib.parse.urlsplit(self.path).path
            if self.host == "storage":
                return self.storage(path)
            if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)/revision/(.+)", path):
                return self.revision(found[1], urllib.parse.unquote(found[2]))
            if found := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
                return self.resolve(found[1], found[2], urllib.parse.unquote(found[3]))
            if found := re.fullmatch(r"/api/resolve-cache/models/([^/]+/[^/]+)/([^/]+)/(.+)", path):
                return self.small(found[1], urllib.parse.unquote(found[3]))
            self.refuse(404, "", "no such page")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_HEAD = do_GET

    def repository(self, name):
        repository = self.hub.repositories.get(name)
        if repository is None:
            self.refuse(401, "RepoNotFound", "Invalid username or password.")
        return repository

    def revision(self, name, revision):
        if (repository := self.repository(name)) is None:
            return None
        if revision not in repository.branches and revision != repository.commit:
            return self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        siblings = []
        for file, content in repository.files.items():
            entry = {"rfilename": file, "size": len(content), "blobId": git_hash(content)}
            if file in repository.large:
                entry["lfs"] = {"sha256": repository.etag(file), "size": len(content), "pointerSize": 134}
            siblings.append(entry)
        body = {"id": name, "sha": repository.commit, "private": False, "gated": repository.gate is not None, "siblings": siblings}
        return self.answer(200, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def resolve(self, name, revision, file):
        if (repository := self.repository(name)) is None:
            return None
        if repository.gate is not None and self.headers.get("Authorization") != f"Bearer {repository.gate}":
            known = "Authorization" in self.headers
            return self.refuse(403 if known else 401, "GatedRepo", f"Access to model {name} is restricted.")
        if file not in repository.files:
            return self.refuse(404, "EntryNotFound", "Entry not found")
        commit = {"X-Repo-Commit": repository.commit}
        if file in repository.large:
            headers = {**commit, "X-Linked-Etag": f'"{repository.etag(file)}"', "X-Linked-Size": str(len(repository.files[file])),
                       "Location": f"{self.hub.address('storage')}/{repository.etag(file)}?signature=x"}
            return self.answer(302, b"Found. Redirecting", headers)
        return self.answer(307, b"Temporary Redirect", {**commit, "Location": f"/api/resolve-cache/models/{name}/{repository.commit}/{urllib.parse.quote(file)}"})

    def small(self, name, file):
        repository = self.hub.repositories[name]
        return self.content(repository.files[file], {"ETag": f'"{repository.etag(file)}"', "X-Repo-Commit": repository.commit})

    def storage(self, path):
        for repository in self.hub.repositories.values():
            for file in repository.large:
                if repository.etag(file) == path[1:]:
                    return self.content(repository.files[file], {"ETag": '"of-the-storage"'})
        return self.refuse(404, "", "no such object")

    def content(self, content, headers):
        fault = self.fault
        if fault and fault.change:
            content = fault.change(content)
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked and not (fault and not fault.ranges):
            begin = int(asked[1])
            if begin >= len(content):
                return self.answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
            return self.answer(206, content[begin:], {**headers, "Content-Range": f"bytes {begin}-{len(content) - 1}/{len(content)}"})
        return self.answer(200, content, headers)

    def refuse(self, status, code, message):
        headers = {"X-Error-Code": code, "X-Error-Message": message} if code else {}
        self.answer(status, message.encode(), headers)

    def answer(self, status, body, headers):
        fault = self.fault
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(fault.length if fault and fault.length is not None else len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if fault and fault.pause:
            self.wfile.write(body[:fault.pause[0]])
            self.wfile.flush()
            time.sleep(fault.pause[1])
            body = body[fault.pause[0]:]
        if fault and fault.cut is not None:
            self.wfile.write(body[:fault.cut])
            self.wfile.flush()
            self.close_connection = True
            return
        self.wfile.write(body)
