// Sends a mail with net/smtp from Go's standard library.
package main

import (
	"crypto/tls"
	"log"
	"net/smtp"
	"os"
)

func main() {
	host, address := os.Getenv("SMTP_HOST"), os.Getenv("SMTP_HOST")+":"+os.Getenv("SMTP_PORT")
	var auth smtp.Auth
	if user := os.Getenv("SMTP_USER"); user != "" {
		auth = smtp.PlainAuth("", user, os.Getenv("SMTP_PASSWORD"), host)
	}
	mail := []byte("From: app@app.example\r\nTo: user@example.com\r\nSubject: " + os.Getenv("SUBJECT") +
		"\r\n\r\nYour verification code is 482913.\r\n")
	from, to := "app@app.example", []string{"user@example.com"}
	if os.Getenv("SMTP_TLS") != "implicit" {
		// SendMail uses STARTTLS whenever the server offers it.
		check(smtp.SendMail(address, auth, from, to, mail))
		return
	}
	connection, err := tls.Dial("tcp", address, &tls.Config{ServerName: host})
	check(err)
	client, err := smtp.NewClient(connection, host)
	check(err)
	check(client.Auth(auth))
	check(client.Mail(from))
	check(client.Rcpt(to[0]))
	writer, err := client.Data()
	check(err)
	_, err = writer.Write(mail)
	check(err)
	check(writer.Close())
	check(client.Quit())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
