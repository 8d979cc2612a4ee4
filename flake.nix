{
  description = "The terminal mailbox for DropMail.me's disposable mail";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];
      forEach = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
      manifest = builtins.fromTOML (builtins.readFile ./Cargo.toml);
    in
    {
      packages = forEach (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = manifest.package.name;
          version = manifest.workspace.package.version;
          src = self;
          cargoLock.lockFile = ./Cargo.lock;
          # The tests need terminals and loopback ports. Run them with `cargo test` instead.
          doCheck = false;
          nativeBuildInputs = [ pkgs.installShellFiles ];
          postInstall = ''
            $out/bin/dropmail-tui man > dropmail-tui.1
            installManPage dropmail-tui.1
            installShellCompletion --cmd dropmail-tui \
              --bash <($out/bin/dropmail-tui completions bash) \
              --zsh <($out/bin/dropmail-tui completions zsh) \
              --fish <($out/bin/dropmail-tui completions fish)
          '';
          meta = {
            description = manifest.package.description;
            license = with pkgs.lib.licenses; [
              mit
              asl20
            ];
            mainProgram = "dropmail-tui";
            platforms = pkgs.lib.platforms.unix;
          };
        };
      });

      apps = forEach (pkgs: {
        default = {
          type = "app";
          program = "${self.packages.${pkgs.system}.default}/bin/dropmail-tui";
        };
      });
    };
}
