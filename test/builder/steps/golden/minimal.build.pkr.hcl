# minimal 0.1.0: one build, several sources. Choose one with -only; README.md beside this file has the commands.
locals {
  # The same few variables whatever the login; what provisioners are told is in provisioners/environment.
  as_root = "${var.as_root} env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root sh -eu {{ .Path }}"
}

build {
  sources = [
    "source.null.sandbox",
    "source.qemu.vm",
    "source.amazon-ebs.aws",
    "source.azure-arm.azure",
    "source.googlecompute.gcp",
    "source.vsphere-clone.vsphere",
    "source.hyperv-vmcx.hyperv",
  ]

  # Every provisioner is one folder; all are uploaded at once and run in order, so that the log names the one that failed.
  provisioner "file" {
    source      = "${path.root}/provisioners"
    destination = "/tmp/"
  }

  # The base tree has the recipe's packages; Debian's own images get them first.
  provisioner "shell" {
    except          = ["null.sandbox", "qemu.vm"]
    inline          = ["exec 2>&1; echo '--- kiln provisioner native/prepare'", "sh /tmp/provisioners/native/prepare.sh"]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 10-base'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/10-base' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 20-state'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/20-state' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 30-network'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/30-network' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 40-time'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/40-time' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 50-cloud-init'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/50-cloud-init' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 60-platform-guests'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/60-platform-guests' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 70-hardening'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/70-hardening' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 75-configuration'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/75-configuration' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 80-agent'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/80-agent' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 85-console'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/85-console' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 85-import'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/85-import' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 85-watchers'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/85-watchers' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 88-updates'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/88-updates' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  provisioner "shell" {
    inline = [
      "exec 2>&1; echo '--- kiln provisioner 90-kernel'",
      "umask 022 && . /tmp/provisioners/environment && cd '/tmp/provisioners/90-kernel' && sh ./run.sh",
    ]
    execute_command = local.as_root
  }

  # Only the VM has a second disk: the finished tree goes onto it as a tar archive, byte for byte what was provisioned.
  provisioner "shell" {
    only            = ["qemu.vm"]
    inline          = ["exec 2>&1; echo '--- kiln provisioner vm/export-tree'", "sh /tmp/provisioners/vm/export-tree.sh"]
    execute_command = local.as_root
  }

  # A bake seals its tree; what an account keeps as an image forgets its build machine here.
  provisioner "shell" {
    except          = ["null.sandbox", "qemu.vm"]
    inline          = ["exec 2>&1; echo '--- kiln provisioner native/finish'", "sh /tmp/provisioners/native/finish.sh"]
    execute_command = local.as_root
  }
}
