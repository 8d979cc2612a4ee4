<?php
// Sends a mail with PHPMailer and its default settings.
require getenv('PHPMAILER_AUTOLOAD');

use PHPMailer\PHPMailer\PHPMailer;

$mail = new PHPMailer(true);
$mail->isSMTP();
$mail->Host = getenv('SMTP_HOST');
$mail->Port = (int) getenv('SMTP_PORT');
$mail->SMTPSecure = ['starttls' => PHPMailer::ENCRYPTION_STARTTLS, 'implicit' => PHPMailer::ENCRYPTION_SMTPS][getenv('SMTP_TLS')] ?? '';
if (getenv('SMTP_USER')) {
    $mail->SMTPAuth = true;
    $mail->Username = getenv('SMTP_USER');
    $mail->Password = getenv('SMTP_PASSWORD');
}
$mail->setFrom('app@app.example');
$mail->addAddress('user@example.com');
$mail->Subject = getenv('SUBJECT');
$mail->Body = 'Your verification code is 482913.';
$mail->send();
