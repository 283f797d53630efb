"""Certificates for tests, made by openssl(1) on the spot: an authority, and servers that it vouches for."""

import pathlib
import ssl
import subprocess


class Authority:
    """One that signs in `folder`."""

    def __init__(self, folder: pathlib.Path, name: str = "authority") -> None:
        self.folder = folder
        self.name = name
        self.certificate = folder / f"{name}.pem"
        self._run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                  "-subj", f"/CN=test {name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")

    def _run(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def server(self, *names: str) -> ssl.SSLContext:
        """A server's side of TLS, with a certificate for `names`: "DNS:localhost", "IP:127.0.0.1"."""
        stem = f"{self.name}-server"
        (self.folder / f"{stem}.ext").write_text(f"subjectAltName={','.join(names)}\n", encoding="ascii")
        self._run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=test server",
                  "-keyout", f"{stem}.key", "-out", f"{stem}.csr")
        self._run("x509", "-req", "-in", f"{stem}.csr", "-CA", f"{self.name}.pem", "-CAkey", f"{self.name}.key", "-CAcreateserial",
                  "-days", "2", "-extfile", f"{stem}.ext", "-out", f"{stem}.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{stem}.pem", self.folder / f"{stem}.key")
        return context
